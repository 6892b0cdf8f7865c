-- How the people of a tenant sign in; no row means the defaults
create table sign_in_settings (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  idle_minutes int not null default 15 check (idle_minutes between 1 and 60),
  absolute_hours int not null default 12 check (absolute_hours between 1 and 24),
  free_failures int not null default 5 check (free_failures between 3 and 10),
  longest_delay_seconds int not null default 300 check (longest_delay_seconds between 30 and 3600),
  has_classic_policy boolean not null default false,
  factor_roles text[] not null default '{}',
  primary key (tenant_id, id),
  check (id = tenant_id)
);
select tenant_table('sign_in_settings');

-- Failures by account and by source, for every process; keys are hashes
create table sign_in_throttles (
  key text primary key,
  failures int not null,
  last_at timestamptz not null
);
create index sign_in_throttles_last on sign_in_throttles (last_at);

-- What a sign-in in several steps waits for: a second factor, a passkey, a reset, an invitation
create table sign_in_challenges (
  id uuid primary key,
  kind text not null check (kind in ('second-factor', 'passkey', 'enrol-passkey', 'reset', 'invitation')),
  secret_hash text not null,
  tenant_id uuid,
  user_id uuid,
  challenge text not null default '',
  code_hash text not null default '',
  tries int not null default 0,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index sign_in_challenges_expires on sign_in_challenges (expires_at);
create index sign_in_challenges_user on sign_in_challenges (tenant_id, user_id, kind);

do $$ begin
  execute format('grant select, insert, update, delete on sign_in_throttles, sign_in_challenges to %I', kernel.role_name('app'));
end $$;

-- Every attempt on an account that exists
create table sign_in_attempts (
  tenant_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  at timestamptz not null,
  outcome text not null check (outcome in ('success', 'wrong-password', 'second-factor-asked', 'wrong-second-factor', 'inactive', 'paused')),
  method text not null default 'password',
  address text not null default '',
  agent text not null default '',
  is_known_device boolean not null default false,
  primary key (tenant_id, id)
);
create index sign_in_attempts_user on sign_in_attempts (tenant_id, user_id, at desc, id);
create index sign_in_attempts_at on sign_in_attempts (tenant_id, at desc, id);
select tenant_table('sign_in_attempts', false);
alter table sign_in_attempts add constraint sign_in_attempts_user_fk foreign key (tenant_id, user_id) references users (tenant_id, id);

create table known_devices (
  tenant_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  secret_hash text not null,
  agent text not null default '',
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  primary key (tenant_id, id)
);
create index known_devices_user on known_devices (tenant_id, user_id, last_seen_at);
select tenant_table('known_devices', false);
alter table known_devices add constraint known_devices_user_fk foreign key (tenant_id, user_id) references users (tenant_id, id);

create table password_history (
  tenant_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  password_hash text not null,
  at timestamptz not null,
  primary key (tenant_id, id)
);
create index password_history_user on password_history (tenant_id, user_id, at desc);
select tenant_table('password_history', false);
alter table password_history add constraint password_history_user_fk foreign key (tenant_id, user_id) references users (tenant_id, id);

-- Second factors. The secret of an authenticator is sealed; a passkey has none.
create table second_factors (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  user_id uuid not null,
  kind text not null check (kind in ('totp', 'passkey', 'email')),
  name text not null,
  state text not null check (state in ('pending', 'active')),
  secret_sealed bytea,
  last_step bigint not null default 0,
  credential_id text,
  public_key bytea,
  counter bigint not null default 0,
  transports text[] not null default '{}',
  created_at timestamptz not null,
  last_used_at timestamptz,
  primary key (tenant_id, id),
  constraint second_factors_credential unique (tenant_id, credential_id)
);
create index second_factors_user on second_factors (tenant_id, user_id, state);
select tenant_table('second_factors', false);
alter table second_factors add constraint second_factors_user_fk foreign key (tenant_id, user_id) references users (tenant_id, id);

create table backup_codes (
  tenant_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  code_hash text not null,
  created_at timestamptz not null,
  used_at timestamptz,
  primary key (tenant_id, id)
);
create index backup_codes_user on backup_codes (tenant_id, user_id, used_at);
select tenant_table('backup_codes', false);
alter table backup_codes add constraint backup_codes_user_fk foreign key (tenant_id, user_id) references users (tenant_id, id);

-- How a session began, and when its owner last proved to be there
alter table sessions add column method text not null default 'password';
alter table sessions add column confirmed_at timestamptz;
alter table sessions add column has_second_factor boolean not null default false;
