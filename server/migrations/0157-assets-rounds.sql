-- Physical verification: what should be where, and what was found
create table asset_rounds (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  number text collate "C" not null,
  facility_id uuid not null,
  department_id uuid,
  location text not null default '',
  state text not null check (state in ('counting', 'counted', 'approved', 'cancelled')),
  reason text not null default '',
  counted_by uuid,
  approved_by uuid,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint asset_rounds_number unique (tenant_id, number),
  constraint asset_rounds_two_persons check (approved_by is null or (approved_by is distinct from counted_by and approved_by is distinct from created_by))
);
create index asset_rounds_time on asset_rounds (tenant_id, created_at desc, id);
create index asset_rounds_facility on asset_rounds (tenant_id, facility_id, created_at desc, id);
create index asset_rounds_department on asset_rounds (tenant_id, department_id);
select tenant_table('asset_rounds');
alter table asset_rounds add constraint asset_rounds_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table asset_rounds add constraint asset_rounds_department_fk foreign key (tenant_id, department_id) references departments (tenant_id, id);

create table asset_round_lines (
  tenant_id uuid not null,
  id uuid not null,
  round_id uuid not null,
  asset_id uuid not null,
  is_expected boolean not null,
  expected_location text not null default '',
  found_location text not null default '',
  found_at timestamptz,
  found_by uuid,
  note text not null default '',
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint asset_round_lines_once unique (tenant_id, round_id, asset_id)
);
create index asset_round_lines_asset on asset_round_lines (tenant_id, asset_id, created_at desc, id);
select tenant_table('asset_round_lines');
alter table asset_round_lines add constraint asset_round_lines_round_fk foreign key (tenant_id, round_id) references asset_rounds (tenant_id, id);
alter table asset_round_lines add constraint asset_round_lines_asset_fk foreign key (tenant_id, asset_id) references assets (tenant_id, id);
