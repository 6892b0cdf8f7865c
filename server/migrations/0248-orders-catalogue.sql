-- What may be ordered besides tests and medicines: imaging, procedures, diets, nursing care
create table orderables (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  kind text not null check (kind in ('imaging', 'procedure', 'diet', 'nursing')),
  code text collate "C" not null check (length(code) between 1 and 40),
  -- The same thing in a public code system, where there is one
  standard_system text not null default '' check (standard_system in ('', 'LOINC', 'RadLex', 'SNOMED', 'ICD-10-PCS')),
  standard_code text not null default '' check (length(standard_code) <= 40),
  name text not null check (length(name) between 1 and 200),
  name_folded text collate "C" not null,
  names jsonb not null default '{}',
  category text not null default '' check (length(category) <= 60),
  body_site text not null default '' check (length(body_site) <= 80),
  has_side boolean not null default false,
  is_ionising boolean not null default false,
  contrast text not null default 'none' check (contrast in ('none', 'iodinated', 'gadolinium')),
  instructions text not null default '' check (length(instructions) <= 500),
  service_id uuid,
  is_active boolean not null default true,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint orderables_code unique (tenant_id, kind, code),
  constraint orderables_standard check ((standard_system = '') = (standard_code = ''))
);
create index orderables_order on orderables (tenant_id, name_folded, id);
create index orderables_kind on orderables (tenant_id, kind, name_folded, id);
create index orderables_service on orderables (tenant_id, service_id);
select tenant_table('orderables');
alter table orderables add constraint orderables_service_fk foreign key (tenant_id, service_id) references services (tenant_id, id);

-- What an orderable is found by: its code, and its names in every language from every word on. It follows from orderables
create table orderable_names (
  tenant_id uuid not null,
  orderable_id uuid not null,
  key text collate "C" not null,
  primary key (tenant_id, orderable_id, key)
);
create index orderable_names_key on orderable_names (tenant_id, key, orderable_id);
select tenant_table('orderable_names', false);
alter table orderable_names add constraint orderable_names_orderable_fk foreign key (tenant_id, orderable_id) references orderables (tenant_id, id);

alter table order_items
  add column timing text not null default '' check (length(timing) <= 200),
  add column side text not null default '' check (side in ('', 'left', 'right', 'bilateral')),
  -- What was answered before radiation or contrast: null where it was not to be asked
  add column pregnancy text check (pregnancy in ('no', 'possible', 'yes', 'emergency')),
  add column is_contrast_checked boolean not null default false;

-- What a hospital decides of its orders; without a row the shipped values stand
create table order_settings (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  signature_hours int not null default 24 check (signature_hours between 1 and 720),
  pregnancy_from_years int not null default 12 check (pregnancy_from_years between 8 and 20),
  pregnancy_to_years int not null default 55 check (pregnancy_to_years between 40 and 70),
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint order_settings_one unique (tenant_id)
);
select tenant_table('order_settings');
