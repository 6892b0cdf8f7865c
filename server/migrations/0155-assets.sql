create table asset_categories (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  name text not null,
  name_folded text collate "C" not null,
  method text not null check (method in ('straight-line', 'written-down')),
  life_months int not null check (life_months between 1 and 1200),
  rate_percent numeric(7,4) check (rate_percent > 0 and rate_percent < 100),
  -- Companies Act 2013, Schedule II, Part A, paragraph 3 (i)
  residual_percent numeric(5,2) not null check (residual_percent >= 0 and residual_percent <= 5),
  source text not null default '',
  is_active boolean not null default true,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint asset_categories_name unique (tenant_id, name_folded),
  constraint asset_categories_rate check ((method = 'written-down') = (rate_percent is not null))
);
create index asset_categories_names on asset_categories (tenant_id, name_folded, id);
select tenant_table('asset_categories');

-- Up to which day the books of a facility are closed: whoever writes an amount holds this row
create table asset_books (
  tenant_id uuid not null,
  facility_id uuid not null,
  closed_until date,
  primary key (tenant_id, facility_id)
);
select tenant_table('asset_books');
alter table asset_books add constraint asset_books_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);

create table assets (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  number text collate "C" not null,
  facility_id uuid not null,
  department_id uuid,
  category_id uuid not null,
  name text not null,
  name_folded text collate "C" not null,
  maker text not null default '',
  model text not null default '',
  serial_number text not null default '',
  maker_folded text not null default '',
  model_folded text not null default '',
  serial_folded text collate "C" not null default '',
  location text not null default '',
  location_folded text collate "C" not null default '',
  custodian_id uuid,
  vendor_id uuid,
  instrument_id uuid,
  criticality text not null check (criticality in ('life-support', 'high', 'medium', 'low')),
  state text not null check (state in ('in-use', 'under-maintenance', 'out-of-order', 'in-store', 'disposed')),
  state_reason text not null default '',
  is_missing boolean not null default false,
  is_calibration_failed boolean not null default false,
  purchased_on date not null,
  in_use_on date,
  currency text not null,
  cost numeric(14,3) not null check (cost >= 0),
  tax numeric(14,3) not null default 0 check (tax >= 0),
  is_tax_credited boolean not null default false,
  method text not null check (method in ('straight-line', 'written-down')),
  life_months int not null check (life_months between 1 and 1200),
  rate_percent numeric(7,4) check (rate_percent > 0 and rate_percent < 100),
  residual_percent numeric(5,2) not null check (residual_percent >= 0 and residual_percent <= 5),
  opening_on date,
  opening_depreciated numeric(14,3) not null default 0 check (opening_depreciated >= 0),
  gross numeric(14,3) not null,
  depreciated numeric(14,3) not null default 0,
  impaired numeric(14,3) not null default 0,
  invoice_number text not null default '',
  goods_receipt_id uuid,
  warranty_until date,
  counter_unit text not null default '',
  counter_reading numeric(14,1) not null default 0 check (counter_reading >= 0),
  note text not null default '',
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint assets_number unique (tenant_id, number),
  constraint assets_value check (gross >= 0 and depreciated >= 0 and impaired >= 0 and depreciated + impaired <= gross),
  constraint assets_rate check ((method = 'written-down') = (rate_percent is not null)),
  constraint assets_opening check (opening_on is not null or opening_depreciated = 0),
  constraint assets_in_use check (in_use_on is null or in_use_on >= purchased_on)
);
create unique index assets_serial on assets (tenant_id, maker_folded, model_folded, serial_folded) where serial_folded <> '';
create unique index assets_instrument on assets (tenant_id, instrument_id) where instrument_id is not null;
create index assets_instrument_of on assets (tenant_id, instrument_id);
create index assets_names on assets (tenant_id, name_folded, id);
create index assets_facility on assets (tenant_id, facility_id, name_folded, id);
create index assets_category on assets (tenant_id, category_id, name_folded, id);
create index assets_department on assets (tenant_id, department_id, name_folded, id);
create index assets_place on assets (tenant_id, facility_id, location_folded, id);
create index assets_vendor on assets (tenant_id, vendor_id);
create index assets_receipt on assets (tenant_id, goods_receipt_id);
create index assets_numbers on assets (tenant_id, facility_id, number);
select tenant_table('assets');
alter table assets add constraint assets_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table assets add constraint assets_department_fk foreign key (tenant_id, department_id) references departments (tenant_id, id);
alter table assets add constraint assets_category_fk foreign key (tenant_id, category_id) references asset_categories (tenant_id, id);
alter table assets add constraint assets_vendor_fk foreign key (tenant_id, vendor_id) references vendors (tenant_id, id);
alter table assets add constraint assets_instrument_fk foreign key (tenant_id, instrument_id) references instruments (tenant_id, id);
alter table assets add constraint assets_receipt_fk foreign key (tenant_id, goods_receipt_id) references goods_receipts (tenant_id, id);

-- A month of a facility that was depreciated: once, and for good
create table depreciation_runs (
  tenant_id uuid not null,
  id uuid not null,
  facility_id uuid not null,
  period date not null check (extract(day from period) = 1),
  currency text not null,
  total numeric(14,3) not null,
  assets int not null,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint depreciation_runs_once unique (tenant_id, facility_id, period)
);
create index depreciation_runs_time on depreciation_runs (tenant_id, period desc, id);
create index depreciation_runs_facility on depreciation_runs (tenant_id, facility_id, period desc, id);
select tenant_table('depreciation_runs');
alter table depreciation_runs add constraint depreciation_runs_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
create trigger depreciation_runs_final before update or delete on depreciation_runs for each row execute function kernel.keep_unchanged('');

-- The books: rows are only added, and every value is their sum
create table asset_entries (
  tenant_id uuid not null,
  id uuid not null,
  asset_id uuid not null,
  facility_id uuid not null,
  category_id uuid not null,
  kind text not null check (kind in ('opening', 'acquisition', 'addition', 'impairment', 'depreciation', 'disposal')),
  on_date date not null,
  period date check (extract(day from period) = 1),
  gross numeric(14,3) not null default 0,
  depreciated numeric(14,3) not null default 0,
  impaired numeric(14,3) not null default 0,
  run_id uuid,
  reason text not null default '',
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint asset_entries_once unique (tenant_id, asset_id, period),
  constraint asset_entries_period check ((kind = 'depreciation') = (period is not null))
);
create index asset_entries_asset on asset_entries (tenant_id, asset_id, on_date, id);
create index asset_entries_facility on asset_entries (tenant_id, facility_id, on_date);
create index asset_entries_category on asset_entries (tenant_id, category_id);
create index asset_entries_run on asset_entries (tenant_id, run_id, id);
select tenant_table('asset_entries');
alter table asset_entries add constraint asset_entries_asset_fk foreign key (tenant_id, asset_id) references assets (tenant_id, id);
alter table asset_entries add constraint asset_entries_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table asset_entries add constraint asset_entries_category_fk foreign key (tenant_id, category_id) references asset_categories (tenant_id, id);
alter table asset_entries add constraint asset_entries_run_fk foreign key (tenant_id, run_id) references depreciation_runs (tenant_id, id);
create trigger asset_entries_final before update or delete on asset_entries for each row execute function kernel.keep_unchanged('');

create table asset_disposals (
  tenant_id uuid not null,
  id uuid not null,
  asset_id uuid not null,
  kind text not null check (kind in ('sale', 'scrap', 'theft', 'donation')),
  disposed_on date not null,
  gross numeric(14,3) not null,
  net numeric(14,3) not null check (net >= 0),
  proceeds numeric(14,3) not null check (proceeds >= 0),
  gain numeric(14,3) not null,
  taken_by text not null default '',
  reason text not null,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint asset_disposals_once unique (tenant_id, asset_id),
  constraint asset_disposals_gain check (gain = proceeds - net)
);
select tenant_table('asset_disposals');
alter table asset_disposals add constraint asset_disposals_asset_fk foreign key (tenant_id, asset_id) references assets (tenant_id, id);
create trigger asset_disposals_final before update or delete on asset_disposals for each row execute function kernel.keep_unchanged('');

-- A line of a goods receipt becomes assets once
create table asset_receipt_lines (
  tenant_id uuid not null,
  id uuid not null,
  goods_receipt_line_id uuid not null,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint asset_receipt_lines_once unique (tenant_id, goods_receipt_line_id)
);
select tenant_table('asset_receipt_lines');
alter table asset_receipt_lines add constraint asset_receipt_lines_line_fk foreign key (tenant_id, goods_receipt_line_id) references goods_receipt_lines (tenant_id, id);

-- What happened to an asset, as its card tells it
create table asset_changes (
  tenant_id uuid not null,
  id uuid not null,
  asset_id uuid not null,
  kind text not null check (kind in ('state', 'place', 'custodian', 'terms')),
  before text not null default '',
  after text not null default '',
  reason text not null default '',
  occurred_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id)
);
create index asset_changes_asset on asset_changes (tenant_id, asset_id, occurred_at desc, id);
select tenant_table('asset_changes');
alter table asset_changes add constraint asset_changes_asset_fk foreign key (tenant_id, asset_id) references assets (tenant_id, id);
create trigger asset_changes_final before update or delete on asset_changes for each row execute function kernel.keep_unchanged('');

create table asset_files (
  tenant_id uuid not null,
  id uuid not null,
  asset_id uuid not null,
  kind text not null check (kind in ('invoice', 'manual', 'certificate', 'photo', 'other')),
  name text not null,
  content_type text not null,
  size_bytes bigint not null,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id)
);
create index asset_files_asset on asset_files (tenant_id, asset_id, created_at desc, id);
select tenant_table('asset_files');
alter table asset_files add constraint asset_files_asset_fk foreign key (tenant_id, asset_id) references assets (tenant_id, id);
