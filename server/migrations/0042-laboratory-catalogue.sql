create table lab_tests (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  code text collate "C" not null,
  name text not null,
  name_folded text collate "C" not null,
  names jsonb not null default '{}',
  kind text not null check (kind in ('analyte', 'panel', 'calculated')),
  value_kind text not null check (value_kind in ('numeric', 'qualitative', 'text', 'culture', 'histopathology')),
  category text not null,
  bench text collate "C" not null,
  specimen_type text not null,
  container text not null,
  volume_ml numeric(8,3),
  timepoint text not null default '',
  method text not null default '',
  unit text not null default '',
  decimals int check (decimals between 0 and 6),
  loinc text not null default '',
  formula text not null default '',
  formula_source text not null default '',
  turnaround_minutes int not null check (turnaround_minutes > 0),
  stat_minutes int not null check (stat_minutes > 0),
  service_id uuid,
  is_sensitive boolean not null default false,
  is_active boolean not null default true,
  choices jsonb not null default '[]',
  rules jsonb not null default '{}',
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint lab_tests_code unique (tenant_id, code),
  constraint lab_tests_formula check ((kind = 'calculated') = (formula <> ''))
);
create index lab_tests_name on lab_tests (tenant_id, name_folded, id);
create index lab_tests_service on lab_tests (tenant_id, service_id);
select tenant_table('lab_tests');
alter table lab_tests add constraint lab_tests_service_fk foreign key (tenant_id, service_id) references services (tenant_id, id);

create table lab_test_members (
  tenant_id uuid not null,
  id uuid not null,
  panel_id uuid not null,
  member_id uuid not null,
  position int not null,
  primary key (tenant_id, id),
  constraint lab_test_members_once unique (tenant_id, panel_id, member_id),
  constraint lab_test_members_other check (panel_id <> member_id)
);
create index lab_test_members_member on lab_test_members (tenant_id, member_id);
select tenant_table('lab_test_members');
alter table lab_test_members add constraint lab_test_members_panel_fk foreign key (tenant_id, panel_id) references lab_tests (tenant_id, id);
alter table lab_test_members add constraint lab_test_members_member_fk foreign key (tenant_id, member_id) references lab_tests (tenant_id, id);

-- Ages are half-open days; weeks of pregnancy too. Two active ranges for the same people cannot both hold: the exclusion says so.
create table lab_ranges (
  tenant_id uuid not null,
  id uuid not null,
  test_id uuid not null,
  sex text not null default '' check (sex in ('', 'female', 'male')),
  method text not null default '',
  age_from_days int not null default 0 check (age_from_days >= 0),
  age_to_days int not null default 60000 check (age_to_days > age_from_days),
  week_from int not null default 0,
  week_to int not null default 0,
  low numeric(18,6),
  high numeric(18,6),
  critical_low numeric(18,6),
  critical_high numeric(18,6),
  text text not null default '',
  source text not null default '',
  is_active boolean not null default true,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint lab_ranges_order check (low is null or high is null or low <= high),
  constraint lab_ranges_weeks check ((week_from = 0 and week_to = 0) or week_to > week_from),
  constraint lab_ranges_overlap exclude using gist (tenant_id with =, test_id with =, sex with =, method with =, int4range(age_from_days, age_to_days) with &&, (case when week_to = 0 then int4range(-1, 0) else int4range(week_from, week_to) end) with &&) where (is_active)
);
create index lab_ranges_test on lab_ranges (tenant_id, test_id, age_from_days);
select tenant_table('lab_ranges');
alter table lab_ranges add constraint lab_ranges_test_fk foreign key (tenant_id, test_id) references lab_tests (tenant_id, id);

create table lab_settings (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  is_two_person boolean not null default false,
  needs_approval boolean not null default false,
  accreditation text not null default '',
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint lab_settings_once unique (tenant_id)
);
select tenant_table('lab_settings');
