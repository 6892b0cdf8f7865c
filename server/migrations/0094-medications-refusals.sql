create table prescription_settings (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  valid_days int not null check (valid_days between 1 and 365),
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint prescription_settings_once unique (tenant_id)
);
select tenant_table('prescription_settings');

-- Who would not hand out what, and why: the prescriber is told
create table prescription_refusals (
  tenant_id uuid not null,
  id uuid not null,
  prescription_id uuid not null,
  patient_id uuid not null,
  reason text not null,
  created_at timestamptz not null,
  created_by uuid not null,
  primary key (tenant_id, id)
);
create index prescription_refusals_of on prescription_refusals (tenant_id, prescription_id, created_at desc);
create index prescription_refusals_patient on prescription_refusals (tenant_id, patient_id);
select tenant_table('prescription_refusals');
alter table prescription_refusals add constraint prescription_refusals_prescription_fk foreign key (tenant_id, prescription_id) references prescriptions (tenant_id, id);
alter table prescription_refusals add constraint prescription_refusals_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
create trigger prescription_refusals_final before update or delete on prescription_refusals for each row execute function kernel.keep_unchanged('patient_id');
