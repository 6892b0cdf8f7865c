create table imports (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  kind text not null check (kind in ('fhir', 'patients-csv')),
  state text not null check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
  dry_run boolean not null default false,
  facility_id uuid not null,
  files jsonb not null,
  files_total int not null,
  files_done int not null default 0,
  -- Where a run that was interrupted goes on: pass, file, document in the file
  next_step jsonb not null default '[0, 0, 0]',
  counts jsonb not null default '{}',
  error_count int not null default 0,
  heartbeat_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id)
);
create index imports_time on imports (tenant_id, created_at desc, id);
create index imports_state on imports (tenant_id, state, heartbeat_at);
create index imports_facility on imports (tenant_id, facility_id);
select tenant_table('imports', false);
alter table imports add constraint imports_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);

create table import_errors (
  tenant_id uuid not null,
  id uuid not null,
  import_id uuid not null,
  file text not null,
  line int,
  path text not null,
  code text not null,
  message text not null,
  primary key (tenant_id, id)
);
create index import_errors_import on import_errors (tenant_id, import_id, id);
select tenant_table('import_errors', false);
alter table import_errors add constraint import_errors_import_fk foreign key (tenant_id, import_id) references imports (tenant_id, id);
