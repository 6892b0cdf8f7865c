-- What an auditor takes out of the audit, made by a job
create table audit_exports (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  format text not null check (format in ('csv', 'pdf')),
  filter jsonb not null,
  state text not null default 'queued' check (state in ('queued', 'done', 'failed')),
  language text not null,
  entries int,
  file_id uuid,
  finished_at timestamptz,
  created_at timestamptz not null,
  created_by uuid not null,
  primary key (tenant_id, id)
);
create index audit_exports_time on audit_exports (tenant_id, created_at desc, id);
create index audit_exports_file on audit_exports (tenant_id, file_id);
select tenant_table('audit_exports');
alter table audit_exports add constraint audit_exports_file_fk foreign key (tenant_id, file_id) references files (tenant_id, id);
