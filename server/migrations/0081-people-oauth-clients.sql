-- Programs that sign in by themselves (OAuth 2 client credentials); each acts as a user of its own that cannot sign in otherwise
alter table users add column is_program boolean not null default false;

create table oauth_clients (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  name text not null,
  user_id uuid not null,
  method text not null check (method in ('secret', 'private_key_jwt')),
  secret_hash text,
  old_secret_hash text,
  old_secret_until timestamptz,
  jwks jsonb,
  permissions text[] not null,
  facility_ids uuid[] not null,
  plan text not null default 'standard' check (plan in ('small', 'standard', 'large')),
  created_at timestamptz not null,
  created_by uuid,
  rotated_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  primary key (tenant_id, id),
  check ((method = 'secret') = (secret_hash is not null)),
  check ((method = 'private_key_jwt') = (jwks is not null)),
  check ((old_secret_hash is null) = (old_secret_until is null))
);
create index oauth_clients_user on oauth_clients (tenant_id, user_id);
select tenant_table('oauth_clients', false);
alter table oauth_clients add constraint oauth_clients_user_fk foreign key (tenant_id, user_id) references users (tenant_id, id);

create table oauth_tokens (
  tenant_id uuid not null,
  id uuid not null,
  client_id uuid not null,
  secret_hash text not null,
  permissions text[] not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (tenant_id, id)
);
create index oauth_tokens_client on oauth_tokens (tenant_id, client_id, expires_at);
create index oauth_tokens_expires on oauth_tokens (tenant_id, expires_at);
select tenant_table('oauth_tokens', false);
alter table oauth_tokens add constraint oauth_tokens_client_fk foreign key (tenant_id, client_id) references oauth_clients (tenant_id, id);

-- An assertion works once: the second insert of its number fails
create table oauth_assertions (
  tenant_id uuid not null,
  client_id uuid not null,
  number_hash text not null,
  expires_at timestamptz not null,
  primary key (tenant_id, client_id, number_hash)
);
create index oauth_assertions_expires on oauth_assertions (tenant_id, expires_at);
select tenant_table('oauth_assertions', false);
alter table oauth_assertions add constraint oauth_assertions_client_fk foreign key (tenant_id, client_id) references oauth_clients (tenant_id, id);

alter table api_keys add column last_used_at timestamptz;
