create table qc_lots (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  facility_id uuid not null,
  test_id uuid not null,
  material text not null,
  lot_number text not null,
  level text not null,
  mean numeric(18,6) not null,
  sd numeric(18,6) not null check (sd > 0),
  expires_on date not null,
  is_active boolean not null default true,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint qc_lots_once unique (tenant_id, facility_id, test_id, lot_number, level)
);
create index qc_lots_test on qc_lots (tenant_id, test_id);
create index qc_lots_time on qc_lots (tenant_id, created_at desc, id);
create index qc_lots_facility on qc_lots (tenant_id, facility_id, created_at desc, id);
select tenant_table('qc_lots');
alter table qc_lots add constraint qc_lots_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table qc_lots add constraint qc_lots_test_fk foreign key (tenant_id, test_id) references lab_tests (tenant_id, id);

-- A run judges all levels of a test measured together. The newest run of a test and instrument says whether its results may go out.
create table qc_runs (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  facility_id uuid not null,
  test_id uuid not null,
  instrument_id uuid,
  state text not null check (state in ('accepted', 'warning', 'rejected')),
  broken text not null default '',
  action text not null default '',
  measured_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id)
);
create index qc_runs_test on qc_runs (tenant_id, test_id, facility_id, measured_at desc, id);
create index qc_runs_facility on qc_runs (tenant_id, facility_id, measured_at desc, id);
create index qc_runs_time on qc_runs (tenant_id, measured_at desc, id);
select tenant_table('qc_runs');
alter table qc_runs add constraint qc_runs_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table qc_runs add constraint qc_runs_test_fk foreign key (tenant_id, test_id) references lab_tests (tenant_id, id);

create table qc_points (
  tenant_id uuid not null,
  id uuid not null,
  run_id uuid not null,
  lot_id uuid not null,
  value numeric(18,6) not null,
  z numeric(10,4) not null,
  measured_at timestamptz not null,
  primary key (tenant_id, id),
  constraint qc_points_once unique (tenant_id, run_id, lot_id)
);
create index qc_points_lot on qc_points (tenant_id, lot_id, measured_at desc, id);
select tenant_table('qc_points');
alter table qc_points add constraint qc_points_run_fk foreign key (tenant_id, run_id) references qc_runs (tenant_id, id);
alter table qc_points add constraint qc_points_lot_fk foreign key (tenant_id, lot_id) references qc_lots (tenant_id, id);

create table lab_logs (
  tenant_id uuid not null,
  id uuid not null,
  facility_id uuid not null,
  instrument_id uuid,
  kind text not null check (kind in ('calibration', 'maintenance', 'repair', 'reagent')),
  note text not null,
  next_due_on date,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id)
);
create index lab_logs_facility on lab_logs (tenant_id, facility_id, occurred_at desc, id);
create index lab_logs_time on lab_logs (tenant_id, occurred_at desc, id);
create index lab_logs_instrument on lab_logs (tenant_id, instrument_id, occurred_at desc);
select tenant_table('lab_logs');
alter table lab_logs add constraint lab_logs_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
