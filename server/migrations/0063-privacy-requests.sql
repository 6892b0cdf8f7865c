-- What a patient asks for: a correction of the record, or its erasure
create table privacy_requests (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  patient_id uuid not null,
  kind text not null check (kind in ('correction', 'erasure')),
  state text not null check (state in ('received', 'approved', 'done', 'refused')),
  details text not null,
  reason text not null default '',
  result jsonb,
  due_on date not null,
  received_at timestamptz not null,
  decided_at timestamptz,
  decided_by uuid,
  created_by uuid not null,
  primary key (tenant_id, id)
);
create index privacy_requests_time on privacy_requests (tenant_id, received_at desc, id);
create index privacy_requests_state on privacy_requests (tenant_id, state, received_at desc, id);
create index privacy_requests_patient on privacy_requests (tenant_id, patient_id, received_at desc, id);
select tenant_table('privacy_requests');
alter table privacy_requests add constraint privacy_requests_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);

-- A record that a court, a claim or an inquiry needs is not erased
create table legal_holds (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  patient_id uuid not null,
  reason text not null,
  reference text not null default '',
  placed_at timestamptz not null,
  placed_by uuid not null,
  released_at timestamptz,
  released_by uuid,
  release_reason text not null default '',
  primary key (tenant_id, id)
);
create index legal_holds_patient on legal_holds (tenant_id, patient_id, placed_at desc, id);
select tenant_table('legal_holds');
alter table legal_holds add constraint legal_holds_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);

create table patient_exports (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  patient_id uuid not null,
  format text not null check (format in ('json', 'fhir', 'pdf')),
  state text not null default 'queued' check (state in ('queued', 'done', 'failed')),
  language text not null,
  records int,
  file_id uuid,
  finished_at timestamptz,
  created_at timestamptz not null,
  created_by uuid not null,
  primary key (tenant_id, id)
);
create index patient_exports_patient on patient_exports (tenant_id, patient_id, created_at desc, id);
create index patient_exports_file on patient_exports (tenant_id, file_id);
select tenant_table('patient_exports');
alter table patient_exports add constraint patient_exports_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table patient_exports add constraint patient_exports_file_fk foreign key (tenant_id, file_id) references files (tenant_id, id);

-- Patients whose audit entries say who and when, and no more what
create table audit_redactions (
  tenant_id uuid not null,
  id uuid not null,
  patient_id uuid not null,
  request_id uuid not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint audit_redactions_once unique (tenant_id, patient_id)
);
create index audit_redactions_request on audit_redactions (tenant_id, request_id);
select tenant_table('audit_redactions');
do $$ begin
  execute format('revoke update, delete on audit_redactions from %I', kernel.role_name('app'));
  execute format('grant select on audit_redactions to %I', kernel.role_name('auditor'));
end $$;
alter table audit_redactions add constraint audit_redactions_request_fk foreign key (tenant_id, request_id) references privacy_requests (tenant_id, id);

-- Blacks out what the sealed entries of erased patients held; their seals keep the fingerprint. Returns how many entries.
create function kernel.redact_audit() returns bigint language plpgsql security definer set search_path = public, pg_temp as $$
declare
  done bigint;
begin
  update audit_entries e set details = null, before = null, after = null
  from audit_redactions r join privacy_requests q on q.tenant_id = r.tenant_id and q.id = r.request_id and q.kind = 'erasure' and q.state = 'done' and q.patient_id = r.patient_id
  where e.tenant_id = r.tenant_id and e.patient_id = r.patient_id and (e.before is not null or e.after is not null)
    and exists (select 1 from audit_seals s where s.tenant_id = e.tenant_id and s.at = e.at and s.id = e.id);
  get diagnostics done = row_count;
  return done;
end $$;
revoke all on function kernel.redact_audit() from public;
do $$ begin execute format('grant execute on function kernel.redact_audit() to %I', kernel.role_name('auditor')); end $$;
