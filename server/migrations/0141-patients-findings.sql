-- What contradicts itself, is doubtful or missing in a patient's record: made by the check, accepted by a person
create table patient_findings (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  patient_id uuid not null,
  rule text not null,
  state text not null default 'open' constraint patient_findings_state check (state in ('open', 'accepted')),
  reason text not null default '',
  found_at timestamptz not null,
  decided_at timestamptz,
  decided_by uuid,
  primary key (tenant_id, id),
  constraint patient_findings_once unique (tenant_id, patient_id, rule),
  constraint patient_findings_decided check ((state = 'accepted') = (decided_by is not null))
);
create index patient_findings_time on patient_findings (tenant_id, state, found_at desc, id);
create index patient_findings_rule on patient_findings (tenant_id, state, rule, found_at desc, id);
select tenant_table('patient_findings', false);
alter table patient_findings add constraint patient_findings_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);

-- The last check of all records
create table patient_checks (
  tenant_id uuid not null,
  id uuid not null,
  started_at timestamptz not null,
  finished_at timestamptz,
  patients int not null default 0,
  primary key (tenant_id, id),
  constraint patient_checks_once unique (tenant_id)
);
select tenant_table('patient_checks', false);
