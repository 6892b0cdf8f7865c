create extension if not exists btree_gist;
create schema if not exists kernel;

-- The literal that withContext sets: tenant|facility|user|session|request
create function kernel.context_part(part int) returns text language sql stable parallel safe
  as $$ select nullif(split_part(current_setting('app.context', true), '|', part), '') $$;
create function current_tenant() returns uuid language sql stable parallel safe
  as $$ select nullif(split_part(current_setting('app.context', true), '|', 1), '')::uuid $$;

create function kernel.role_name(part text) returns text language sql stable
  as $$ select current_setting('triveni.role_prefix') || '_' || part $$;

create function distribute_by_tenant(table_name text) returns void language plpgsql as $$
begin
  if exists (select 1 from pg_extension where extname = 'citus') then
    execute format('select create_distributed_table(%L, ''tenant_id'')', table_name);
  end if;
end $$;

create table audit_entries (
  tenant_id uuid not null,
  id uuid not null default gen_random_uuid(),
  at timestamptz not null default clock_timestamp(),
  actor_id uuid,
  session_id uuid,
  facility_id uuid,
  request_id text,
  action text not null,
  subject_type text,
  subject_id uuid,
  patient_id uuid,
  outcome text not null default 'success',
  details jsonb,
  before jsonb,
  after jsonb,
  written_xid xid8 not null default pg_current_xact_id(),
  primary key (tenant_id, id, at)
) partition by range (at);
create table audit_entries_default partition of audit_entries default;
create index audit_entries_at on audit_entries (tenant_id, at desc, id);
create index audit_entries_patient on audit_entries (tenant_id, patient_id, at desc);
create index audit_entries_actor on audit_entries (tenant_id, actor_id, at desc);
create index audit_entries_subject on audit_entries (tenant_id, subject_id, at desc);

-- Arguments: name of the table; columns never written to the audit
create function kernel.audit_row() returns trigger language plpgsql as $$
declare
  old_row jsonb := case when tg_op = 'INSERT' then null else to_jsonb(old) end;
  new_row jsonb := case when tg_op = 'DELETE' then null else to_jsonb(new) end;
  this_row jsonb := coalesce(new_row, old_row);
begin
  insert into audit_entries (tenant_id, actor_id, session_id, facility_id, request_id, action, subject_type, subject_id, patient_id, before, after)
  values ((this_row ->> 'tenant_id')::uuid, kernel.context_part(3)::uuid, kernel.context_part(4)::uuid,
    coalesce(this_row ->> 'facility_id', kernel.context_part(2))::uuid, kernel.context_part(5),
    'row.' || lower(tg_op), tg_argv[0], (this_row ->> 'id')::uuid,
    case when tg_argv[0] = 'patients' then (this_row ->> 'id')::uuid else (this_row ->> 'patient_id')::uuid end,
    old_row, new_row);
  return null;
end $$;

-- What every tenant table gets: distribution, row security, grants, audit
create function tenant_table(table_name text, is_audited boolean default true) returns void language plpgsql as $$
declare app text := kernel.role_name('app');
begin
  perform distribute_by_tenant(table_name);
  execute format('alter table %I enable row level security', table_name);
  execute format('create policy tenant_isolation on %I using (tenant_id = current_tenant()) with check (tenant_id = current_tenant())', table_name);
  execute format('grant select, insert, update, delete on %I to %I', table_name, app);
  if is_audited then
    execute format('create trigger audit_%s after insert or update or delete on %I for each row execute function kernel.audit_row(%L)', table_name, table_name, table_name);
  end if;
end $$;

do $$ begin
  execute format('grant usage on schema kernel to %I, %I, %I', kernel.role_name('app'), kernel.role_name('audit_writer'), kernel.role_name('jobs'));
  execute format('alter table audit_entries enable row level security');
  execute format('grant insert on audit_entries to %I, %I', kernel.role_name('app'), kernel.role_name('audit_writer'));
  execute format('create policy tenant_insert on audit_entries for insert to %I with check (tenant_id = current_tenant())', kernel.role_name('app'));
  execute format('create policy any_insert on audit_entries for insert to %I with check (true)', kernel.role_name('audit_writer'));
  execute format('grant select on audit_entries to %I', kernel.role_name('auditor'));
  execute format('create policy tenant_read on audit_entries for select to %I using (tenant_id = current_tenant())', kernel.role_name('auditor'));
end $$;

create table events (
  tenant_id uuid not null,
  id uuid not null,
  at timestamptz not null,
  name text not null,
  version int not null default 1,
  payload jsonb not null,
  primary key (tenant_id, id, at)
) partition by range (at);
create table events_default partition of events default;
create index events_at on events (tenant_id, at desc);
select tenant_table('events', false);

-- Outbox: rows wait here until the dispatcher has made jobs of them
create table event_queue (
  tenant_id uuid not null,
  id uuid not null,
  name text not null,
  at timestamptz not null,
  payload jsonb not null,
  primary key (tenant_id, id)
);
select tenant_table('event_queue', false);
do $$ begin
  execute format('grant select, delete, update on event_queue to %I', kernel.role_name('jobs'));
  execute format('create policy dispatch on event_queue to %I using (true)', kernel.role_name('jobs'));
end $$;

create table idempotency_keys (
  tenant_id uuid not null,
  user_id uuid not null,
  key text not null check (length(key) <= 200),
  request_hash text not null,
  status int not null,
  answer bytea not null,
  location text,
  etag text,
  created_at timestamptz not null,
  primary key (tenant_id, user_id, key)
);
select tenant_table('idempotency_keys', false);
create index idempotency_keys_created on idempotency_keys (tenant_id, created_at);

create table number_counters (
  tenant_id uuid not null,
  scope text not null,
  kind text not null,
  series text not null,
  fiscal_year text not null,
  last_number bigint not null,
  primary key (tenant_id, scope, kind, series, fiscal_year)
);
select tenant_table('number_counters', false);

-- Everything that can be taken: practitioner, room, bed, chair. The exclusion constraint is what forbids taking it twice.
create table bookings (
  tenant_id uuid not null,
  id uuid not null,
  resource_kind text not null check (resource_kind in ('practitioner', 'room', 'bed', 'theatre', 'chair', 'therapist', 'machine')),
  resource_id uuid not null,
  seat int not null default 1,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  subject_type text not null,
  subject_id uuid not null,
  primary key (tenant_id, id),
  check (ends_at > starts_at),
  constraint bookings_taken exclude using gist (tenant_id with =, resource_kind with =, resource_id with =, seat with =, tstzrange(starts_at, ends_at) with &&)
);
create index bookings_resource on bookings (tenant_id, resource_kind, resource_id, starts_at);
create index bookings_subject on bookings (tenant_id, subject_type, subject_id);
select tenant_table('bookings', false);

create table drafts (
  tenant_id uuid not null,
  user_id uuid not null,
  form text not null check (length(form) <= 100),
  subject text not null check (length(subject) <= 100),
  content jsonb not null,
  updated_at timestamptz not null,
  primary key (tenant_id, user_id, form, subject)
);
select tenant_table('drafts', false);

create table external_ids (
  tenant_id uuid not null,
  source text not null,
  type text not null,
  value text not null,
  internal_type text not null,
  internal_id uuid not null,
  content_hash text not null default '',
  primary key (tenant_id, source, type, value)
);
create index external_ids_internal on external_ids (tenant_id, internal_id);
select tenant_table('external_ids', false);

-- What an imported resource carries beyond our columns, kept whole
create table kept_resources (
  tenant_id uuid not null,
  id uuid not null,
  type text not null,
  patient_id uuid,
  resource jsonb not null,
  recorded_at timestamptz not null,
  primary key (tenant_id, id)
);
create index kept_resources_type on kept_resources (tenant_id, type, id);
create index kept_resources_patient on kept_resources (tenant_id, patient_id);
select tenant_table('kept_resources', false);

create table files (
  tenant_id uuid not null,
  id uuid not null,
  key text not null,
  name text not null,
  content_type text not null,
  size_bytes bigint not null,
  sha256 text not null,
  subject_type text not null,
  subject_id uuid not null,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id)
);
create index files_subject on files (tenant_id, subject_type, subject_id);
select tenant_table('files');

-- Search: text collate "C" so that a prefix is a range on the index
create table search_words (
  tenant_id uuid not null,
  kind text collate "C" not null,
  word text collate "C" not null,
  weight int not null default 1,
  primary key (tenant_id, kind, word)
);
select tenant_table('search_words', false);
create table search_keys (
  tenant_id uuid not null,
  kind text collate "C" not null,
  key text collate "C" not null,
  word text collate "C" not null,
  primary key (tenant_id, kind, key, word)
);
select tenant_table('search_keys', false);
create table search_pairs (
  tenant_id uuid not null,
  kind text collate "C" not null,
  word text collate "C" not null,
  other text collate "C" not null,
  subject uuid not null,
  primary key (tenant_id, kind, word, other, subject)
);
select tenant_table('search_pairs', false);
