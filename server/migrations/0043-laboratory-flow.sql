create table specimens (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  number text collate "C" not null,
  patient_id uuid not null,
  encounter_id uuid,
  facility_id uuid not null,
  order_id uuid,
  type text not null,
  container text not null,
  timepoint text not null default '',
  contents text not null default '',
  priority text not null check (priority in ('routine', 'urgent', 'stat')),
  place text not null default 'outpatient' check (place in ('outpatient', 'ward', 'home')),
  pregnancy_week int,
  state text not null default 'requested' check (state in ('requested', 'collected', 'received', 'stored', 'sent-out', 'rejected', 'discarded', 'cancelled')),
  collected_at timestamptz,
  collected_by uuid,
  received_at timestamptz,
  received_by uuid,
  ended_at timestamptz,
  reason text not null default '',
  recollection_of uuid,
  aliquot_of uuid,
  rack text not null default '',
  sent_to text not null default '',
  sent_at timestamptz,
  indices jsonb not null default '{}',
  labels_printed int not null default 0,
  due_at timestamptz not null,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint specimens_number unique (tenant_id, number),
  constraint specimens_recollected_once unique (tenant_id, recollection_of),
  constraint specimens_collected check (state in ('requested', 'cancelled') or collected_at is not null),
  constraint specimens_received check (state not in ('received', 'stored', 'sent-out', 'discarded') or received_at is not null),
  constraint specimens_rejected check (state <> 'rejected' or reason <> '')
);
create index specimens_time on specimens (tenant_id, created_at desc, id);
create index specimens_facility on specimens (tenant_id, facility_id, created_at desc, id);
create index specimens_state on specimens (tenant_id, facility_id, state, created_at desc, id);
create index specimens_patient on specimens (tenant_id, patient_id, created_at desc, id);
create index specimens_encounter on specimens (tenant_id, encounter_id, created_at desc);
create index specimens_order on specimens (tenant_id, order_id, created_at desc, id);
create index specimens_aliquot on specimens (tenant_id, aliquot_of);
select tenant_table('specimens');
alter table specimens add constraint specimens_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table specimens add constraint specimens_encounter_fk foreign key (tenant_id, encounter_id) references encounters (tenant_id, id);
alter table specimens add constraint specimens_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table specimens add constraint specimens_order_fk foreign key (tenant_id, order_id) references orders (tenant_id, id);
alter table specimens add constraint specimens_recollection_fk foreign key (tenant_id, recollection_of) references specimens (tenant_id, id);
alter table specimens add constraint specimens_aliquot_fk foreign key (tenant_id, aliquot_of) references specimens (tenant_id, id);

-- One analyte of one order on one tube. It is the work to do, and then the result that stands; what was released is kept in result_versions.
create table results (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  patient_id uuid not null,
  encounter_id uuid,
  facility_id uuid not null,
  order_id uuid,
  order_item_id uuid,
  specimen_id uuid not null,
  test_id uuid not null,
  panel_name text not null default '',
  code text collate "C" not null,
  name text not null,
  bench text collate "C" not null,
  position int not null,
  priority text not null check (priority in ('routine', 'urgent', 'stat')),
  is_sensitive boolean not null default false,
  state text not null default 'pending' check (state in ('pending', 'received', 'verified', 'approved', 'released', 'cancelled', 'entered-in-error')),
  status text not null default '' check (status in ('', 'preliminary', 'final', 'amended', 'corrected')),
  result_version int not null default 0,
  value_kind text not null,
  value_text text not null default '',
  value_number numeric(24,9),
  comparator text not null default '' check (comparator in ('', '<', '>', '<=', '>=')),
  unit text not null default '',
  reported_unit text not null default '',
  flag text not null default '' check (flag in ('', 'N', 'L', 'H', 'LL', 'HH', 'A', 'AA')),
  is_critical boolean not null default false,
  holds text not null default '',
  range_low numeric(18,6),
  range_high numeric(18,6),
  range_text text not null default '',
  range_note text not null default '',
  critical_low numeric(18,6),
  critical_high numeric(18,6),
  method text not null default '',
  comment text not null default '',
  reason text not null default '',
  detail jsonb not null default '{}',
  instrument_id uuid,
  collected_at timestamptz,
  entered_at timestamptz,
  entered_by uuid,
  verified_at timestamptz,
  verified_by uuid,
  approved_at timestamptz,
  approved_by uuid,
  released_at timestamptz,
  released_by uuid,
  due_at timestamptz not null,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint results_specimen_test unique (tenant_id, specimen_id, test_id),
  constraint results_entered check (state in ('pending', 'cancelled') or entered_at is not null),
  constraint results_verified check (state not in ('verified', 'approved', 'released') or verified_at is not null),
  constraint results_released check ((state = 'released' and result_version > 0 and status <> '' and released_at is not null) or state <> 'released')
);
create index results_time on results (tenant_id, created_at desc, id);
create index results_facility on results (tenant_id, facility_id, created_at desc, id);
create index results_work on results (tenant_id, facility_id, state, created_at desc, id);
create index results_bench on results (tenant_id, facility_id, bench, state, created_at desc, id);
create index results_patient on results (tenant_id, patient_id, collected_at desc, id);
create index results_series on results (tenant_id, patient_id, test_id, collected_at desc, id);
create index results_patient_time on results (tenant_id, patient_id, created_at desc, id);
create index results_encounter on results (tenant_id, encounter_id, created_at desc);
create index results_order on results (tenant_id, order_id, position);
create index results_order_item on results (tenant_id, order_item_id);
create index results_test on results (tenant_id, test_id, released_at desc);
create index results_released on results (tenant_id, facility_id, released_at desc);
select tenant_table('results');
alter table results add constraint results_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table results add constraint results_encounter_fk foreign key (tenant_id, encounter_id) references encounters (tenant_id, id);
alter table results add constraint results_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table results add constraint results_order_fk foreign key (tenant_id, order_id) references orders (tenant_id, id);
alter table results add constraint results_order_item_fk foreign key (tenant_id, order_item_id) references order_items (tenant_id, id);
alter table results add constraint results_specimen_fk foreign key (tenant_id, specimen_id) references specimens (tenant_id, id);
alter table results add constraint results_test_fk foreign key (tenant_id, test_id) references lab_tests (tenant_id, id);

-- What was released does not change: a new value is a new version, whoever asks.
create function kernel.guard_released_result() returns trigger language plpgsql as $$
begin
  if old.result_version > 0 and new.result_version = old.result_version and (new.value_text, new.value_number, new.comparator, new.unit, new.flag, new.range_low, new.range_high, new.range_text, new.detail, new.comment, new.status)
    is distinct from (old.value_text, old.value_number, old.comparator, old.unit, old.flag, old.range_low, old.range_high, old.range_text, old.detail, old.comment, old.status) then
    raise exception 'a released result is immutable' using errcode = '23514', constraint = 'results_immutable';
  end if;
  if new.result_version not between old.result_version and old.result_version + 1 then
    raise exception 'versions follow each other' using errcode = '23514', constraint = 'results_immutable';
  end if;
  return new;
end $$;
create trigger results_immutable before update on results for each row execute function kernel.guard_released_result();

create table result_versions (
  tenant_id uuid not null,
  id uuid not null,
  result_id uuid not null,
  result_version int not null,
  patient_id uuid not null,
  status text not null,
  value_text text not null,
  value_number numeric(24,9),
  comparator text not null,
  unit text not null,
  flag text not null,
  is_critical boolean not null,
  range_low numeric(18,6),
  range_high numeric(18,6),
  range_text text not null,
  method text not null,
  comment text not null,
  reason text not null,
  detail jsonb not null,
  verified_by uuid,
  released_at timestamptz not null,
  released_by uuid not null,
  primary key (tenant_id, id),
  constraint result_versions_once unique (tenant_id, result_id, result_version)
);
create index result_versions_patient on result_versions (tenant_id, patient_id);
select tenant_table('result_versions');
alter table result_versions add constraint result_versions_result_fk foreign key (tenant_id, result_id) references results (tenant_id, id);
alter table result_versions add constraint result_versions_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
create function kernel.guard_result_version() returns trigger language plpgsql as $$
begin
  -- A merge moves the patient; nothing else of it changes.
  if tg_op = 'UPDATE' and to_jsonb(new) - 'patient_id' = to_jsonb(old) - 'patient_id' then return new; end if;
  raise exception 'append only' using errcode = '23514', constraint = 'result_versions_final';
end $$;
create trigger result_versions_final before update or delete on result_versions for each row execute function kernel.guard_result_version();

-- Who has seen which version: those are told when it changes.
create table result_reads (
  tenant_id uuid not null,
  id uuid not null,
  result_id uuid not null,
  result_version int not null,
  user_id uuid not null,
  read_at timestamptz not null,
  primary key (tenant_id, id),
  constraint result_reads_once unique (tenant_id, result_id, result_version, user_id)
);
create index result_reads_user on result_reads (tenant_id, user_id);
select tenant_table('result_reads', false);
alter table result_reads add constraint result_reads_result_fk foreign key (tenant_id, result_id) references results (tenant_id, id);
alter table result_reads add constraint result_reads_user_fk foreign key (tenant_id, user_id) references users (tenant_id, id);

-- One report an order; its version grows with what is released or changed.
create table lab_reports (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  number text collate "C" not null,
  patient_id uuid not null,
  encounter_id uuid,
  facility_id uuid not null,
  order_id uuid not null,
  status text not null check (status in ('preliminary', 'final', 'amended', 'corrected')),
  is_sensitive boolean not null default false,
  issued_at timestamptz not null,
  prints int not null default 0,
  patient_told_at timestamptz,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint lab_reports_number unique (tenant_id, number),
  constraint lab_reports_order unique (tenant_id, order_id)
);
create index lab_reports_time on lab_reports (tenant_id, issued_at desc, id);
create index lab_reports_patient on lab_reports (tenant_id, patient_id, issued_at desc, id);
create index lab_reports_encounter on lab_reports (tenant_id, encounter_id, issued_at desc, id);
create index lab_reports_facility on lab_reports (tenant_id, facility_id, issued_at desc, id);
select tenant_table('lab_reports');
alter table lab_reports add constraint lab_reports_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table lab_reports add constraint lab_reports_encounter_fk foreign key (tenant_id, encounter_id) references encounters (tenant_id, id);
alter table lab_reports add constraint lab_reports_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table lab_reports add constraint lab_reports_order_fk foreign key (tenant_id, order_id) references orders (tenant_id, id);
