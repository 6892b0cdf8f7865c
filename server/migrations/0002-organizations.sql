create table tenants (
  id uuid primary key,
  name text not null check (length(name) <= 200),
  plan text not null default 'standard',
  state text not null default 'active' check (state in ('active', 'suspended', 'closed')),
  created_on date not null
);
do $$ begin execute format('grant select on tenants to %I', kernel.role_name('app')); end $$;

create table facilities (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  code text not null,
  name text not null,
  time_zone text not null,
  currency text not null,
  language text not null,
  region text not null,
  fiscal_year_start_month int not null,
  tax_regime text not null check (tax_regime in ('gst', 'vat', 'none')),
  tax_number text not null default '',
  state_code text not null default '',
  address text not null default '',
  phone text not null default '',
  email text not null default '',
  motto text not null default '',
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint facilities_code unique (tenant_id, code)
);
select tenant_table('facilities');

create table departments (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  facility_id uuid not null,
  parent_id uuid,
  name text not null,
  head_user_id uuid,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id)
);
create index departments_facility on departments (tenant_id, facility_id, name);
create index departments_parent on departments (tenant_id, parent_id);
create index departments_head on departments (tenant_id, head_user_id);
select tenant_table('departments');
alter table departments add constraint departments_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table departments add constraint departments_parent_fk foreign key (tenant_id, parent_id) references departments (tenant_id, id);
