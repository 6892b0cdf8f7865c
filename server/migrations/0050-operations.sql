-- What belongs to the installation, not to a hospital: reached by the login of the jobs, never by a request of a module.
create schema operations;

create table operations.runs (
  id uuid primary key,
  kind text not null check (kind in ('backup', 'export', 'verify')),
  subject text not null default '',
  tenant_id uuid,
  state text not null check (state in ('queued', 'running', 'done', 'failed')),
  step text not null default '',
  bytes bigint not null default 0,
  message text not null default '',
  requested_by text not null default '',
  created_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz
);
create index runs_created on operations.runs (created_at desc, id);

create table operations.alerts (
  key text primary key,
  level text not null check (level in ('warning', 'critical')),
  message text not null,
  value text not null default '',
  since timestamptz not null,
  seen_at timestamptz not null,
  sent_at timestamptz,
  ended_at timestamptz
);

-- Jobs and events that waited at the instant a database was restored to: they may have run since, so a person decides.
create table operations.held_work (
  id uuid primary key default gen_random_uuid(),
  kind text not null check (kind in ('job', 'event')),
  task text not null,
  payload jsonb not null,
  at timestamptz not null,
  held_at timestamptz not null
);
create index held_work_at on operations.held_work (at, id);

do $$ begin
  execute format('grant usage on schema operations to %I', kernel.role_name('jobs'));
  execute format('grant select, insert, update, delete on all tables in schema operations to %I', kernel.role_name('jobs'));
  execute format('grant select on tenants, schema_migrations to %I', kernel.role_name('jobs'));
  execute format('grant pg_monitor to %I', kernel.role_name('jobs'));
exception when insufficient_privilege then
  raise notice 'the login of the jobs cannot watch the server: grant it pg_monitor';
end $$;
