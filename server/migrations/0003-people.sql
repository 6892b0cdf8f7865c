-- An e-mail is unique in the installation, stored folded
create table sign_in_names (
  email_key text primary key,
  tenant_id uuid not null,
  user_id uuid not null
);
do $$ begin execute format('grant select, insert on sign_in_names to %I', kernel.role_name('app')); end $$;

create table users (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  email text not null,
  display_name text not null,
  title text not null default '',
  specialty text not null default '',
  licence_number text not null default '',
  system text check (system in ('allopathy', 'ayurveda', 'homeopathy')),
  is_practitioner boolean not null default false,
  is_active boolean not null default true,
  language text not null default 'en',
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id)
);
create index users_name on users (tenant_id, display_name, id);
create index users_practitioner on users (tenant_id, is_practitioner, display_name);
select tenant_table('users');
alter table departments add constraint departments_head_fk foreign key (tenant_id, head_user_id) references users (tenant_id, id);

create table credentials (
  tenant_id uuid not null,
  user_id uuid not null,
  password_hash text not null,
  changed_at timestamptz not null,
  primary key (tenant_id, user_id)
);
select tenant_table('credentials', false);
alter table credentials add constraint credentials_user_fk foreign key (tenant_id, user_id) references users (tenant_id, id);

create table roles (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  name text not null,
  permissions text[] not null,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint roles_name unique (tenant_id, name)
);
select tenant_table('roles');

create table memberships (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  user_id uuid not null,
  facility_id uuid not null,
  role text not null,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint memberships_once unique (tenant_id, user_id, facility_id, role)
);
create index memberships_facility on memberships (tenant_id, facility_id, user_id);
select tenant_table('memberships');
alter table memberships add constraint memberships_user_fk foreign key (tenant_id, user_id) references users (tenant_id, id);
alter table memberships add constraint memberships_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);

create table sessions (
  tenant_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  secret_hash text not null,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  ended_at timestamptz,
  address text not null default '',
  agent text not null default '',
  primary key (tenant_id, id)
);
create index sessions_user on sessions (tenant_id, user_id, created_at);
select tenant_table('sessions', false);
alter table sessions add constraint sessions_user_fk foreign key (tenant_id, user_id) references users (tenant_id, id);

create table api_keys (
  tenant_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  name text not null,
  secret_hash text not null,
  permissions text[],
  expires_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
create index api_keys_user on api_keys (tenant_id, user_id);
select tenant_table('api_keys', false);
alter table api_keys add constraint api_keys_user_fk foreign key (tenant_id, user_id) references users (tenant_id, id);
