-- Where the people of a hospital may sign in with another account: OpenID Connect
create table identity_providers (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  name text not null,
  issuer text not null,
  client_id text not null,
  secret_sealed bytea,
  is_active boolean not null default true,
  is_listed boolean not null default true,
  role_claim text not null default 'groups',
  role_map jsonb not null default '[]',
  maps_admins boolean not null default false,
  creates_users boolean not null default false,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint identity_providers_name unique (tenant_id, name)
);
select tenant_table('identity_providers');

-- Whose account there is whose here; a subject of a provider is one user
create table external_identities (
  tenant_id uuid not null,
  id uuid not null,
  provider_id uuid not null,
  subject text not null check (length(subject) <= 255),
  user_id uuid not null,
  linked_at timestamptz not null,
  last_used_at timestamptz not null,
  primary key (tenant_id, id),
  constraint external_identities_subject unique (tenant_id, provider_id, subject)
);
create index external_identities_user on external_identities (tenant_id, user_id);
select tenant_table('external_identities');
alter table external_identities add constraint external_identities_provider_fk foreign key (tenant_id, provider_id) references identity_providers (tenant_id, id);
alter table external_identities add constraint external_identities_user_fk foreign key (tenant_id, user_id) references users (tenant_id, id);

-- Buttons of the sign-in page, before anybody's hospital is known
create table sign_in_doors (
  provider_id uuid primary key,
  tenant_id uuid not null,
  name text not null,
  is_listed boolean not null
);
do $$ begin execute format('grant select, insert, update, delete on sign_in_doors to %I', kernel.role_name('app')); end $$;

-- A role that a provider's groups gave goes when the group goes
alter table memberships add column provider_id uuid;

alter table sign_in_challenges drop constraint sign_in_challenges_kind_check;
alter table sign_in_challenges add constraint sign_in_challenges_kind_check check (kind in ('second-factor', 'passkey', 'enrol-passkey', 'reset', 'invitation', 'oidc'));
