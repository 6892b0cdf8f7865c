-- AMC or CMC: who looks after an asset, from when until when, for how much
create table asset_contracts (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  asset_id uuid not null,
  vendor_id uuid not null,
  kind text not null check (kind in ('amc', 'cmc')),
  number text not null default '',
  from_on date not null,
  until_on date not null,
  currency text not null,
  cost numeric(14,3) not null check (cost >= 0),
  ends_told boolean not null default false,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint asset_contracts_days check (until_on >= from_on),
  constraint asset_contracts_overlap exclude using gist (tenant_id with =, asset_id with =, daterange(from_on, until_on, '[]') with &&)
);
create index asset_contracts_asset on asset_contracts (tenant_id, asset_id, from_on desc, id);
create index asset_contracts_vendor on asset_contracts (tenant_id, vendor_id);
create index asset_contracts_end on asset_contracts (tenant_id, until_on) where not ends_told;
select tenant_table('asset_contracts');
alter table asset_contracts add constraint asset_contracts_asset_fk foreign key (tenant_id, asset_id) references assets (tenant_id, id);
alter table asset_contracts add constraint asset_contracts_vendor_fk foreign key (tenant_id, vendor_id) references vendors (tenant_id, id);

create table asset_plans (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  asset_id uuid not null,
  facility_id uuid not null,
  kind text not null check (kind in ('maintenance', 'calibration', 'inspection')),
  name text not null,
  every_days int check (every_days between 1 and 3660),
  every_months int check (every_months between 1 and 120),
  every_count numeric(14,1) check (every_count > 0),
  next_due_on date,
  next_due_count numeric(14,1),
  last_done_on date,
  -- For which day somebody was told: the look of the morning says a thing once
  told_for date,
  is_count_told boolean not null default false,
  is_active boolean not null default true,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint asset_plans_rhythm check (num_nonnulls(every_days, every_months, every_count) = 1 and (every_count is null) = (next_due_count is null) and (every_count is null) = (next_due_on is not null))
);
create index asset_plans_asset on asset_plans (tenant_id, asset_id, id);
create index asset_plans_facility on asset_plans (tenant_id, facility_id, next_due_on, id) where is_active;
create index asset_plans_due on asset_plans (tenant_id, next_due_on, id) where is_active;
create index asset_plans_of_facility on asset_plans (tenant_id, facility_id);
select tenant_table('asset_plans');
alter table asset_plans add constraint asset_plans_asset_fk foreign key (tenant_id, asset_id) references assets (tenant_id, id);
alter table asset_plans add constraint asset_plans_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);

-- Work that was done: rows are only added
create table asset_works (
  tenant_id uuid not null,
  id uuid not null,
  asset_id uuid not null,
  facility_id uuid not null,
  plan_id uuid,
  kind text not null check (kind in ('maintenance', 'calibration', 'inspection', 'repair')),
  result text not null default 'done' check (result in ('done', 'pass', 'fail')),
  done_on date not null,
  done_by text not null default '',
  vendor_id uuid,
  findings text not null default '',
  parts text not null default '',
  currency text not null,
  parts_cost numeric(14,3) not null default 0 check (parts_cost >= 0),
  labour_cost numeric(14,3) not null default 0 check (labour_cost >= 0),
  certificate_number text not null default '',
  valid_until date,
  counter_reading numeric(14,1),
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint asset_works_result check ((kind in ('calibration', 'inspection')) = (result in ('pass', 'fail')))
);
create index asset_works_asset on asset_works (tenant_id, asset_id, done_on desc, id);
create index asset_works_facility on asset_works (tenant_id, facility_id, done_on desc, id);
create index asset_works_time on asset_works (tenant_id, done_on desc, id);
create index asset_works_plan on asset_works (tenant_id, plan_id);
create index asset_works_vendor on asset_works (tenant_id, vendor_id);
select tenant_table('asset_works');
alter table asset_works add constraint asset_works_asset_fk foreign key (tenant_id, asset_id) references assets (tenant_id, id);
alter table asset_works add constraint asset_works_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table asset_works add constraint asset_works_plan_fk foreign key (tenant_id, plan_id) references asset_plans (tenant_id, id);
alter table asset_works add constraint asset_works_vendor_fk foreign key (tenant_id, vendor_id) references vendors (tenant_id, id);
create trigger asset_works_final before update or delete on asset_works for each row execute function kernel.keep_unchanged('');

-- While an asset cannot be used: one open stretch at a time
create table asset_downtimes (
  tenant_id uuid not null,
  id uuid not null,
  asset_id uuid not null,
  facility_id uuid not null,
  cause text not null check (cause in ('breakdown', 'calibration', 'maintenance')),
  reason text not null default '',
  started_at timestamptz not null,
  ended_at timestamptz,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint asset_downtimes_order check (ended_at is null or ended_at >= started_at)
);
create unique index asset_downtimes_open on asset_downtimes (tenant_id, asset_id) where ended_at is null;
create index asset_downtimes_asset on asset_downtimes (tenant_id, asset_id, started_at desc, id);
create index asset_downtimes_facility on asset_downtimes (tenant_id, facility_id, started_at);
select tenant_table('asset_downtimes');
alter table asset_downtimes add constraint asset_downtimes_asset_fk foreign key (tenant_id, asset_id) references assets (tenant_id, id);
alter table asset_downtimes add constraint asset_downtimes_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
