-- One correction of many records, with what each held before and after, so that it can be undone
create table patient_corrections (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  kind text not null,
  reason text not null,
  state text not null default 'applied' constraint patient_corrections_state check (state in ('applied', 'undone', 'partly-undone')),
  corrected int not null constraint patient_corrections_count check (corrected >= 0),
  restored int not null default 0 constraint patient_corrections_restored check (restored between 0 and corrected),
  created_at timestamptz not null,
  created_by uuid not null,
  undone_at timestamptz,
  undone_by uuid,
  primary key (tenant_id, id),
  constraint patient_corrections_undone check ((state = 'applied') = (undone_at is null))
);
create index patient_corrections_time on patient_corrections (tenant_id, created_at desc, id);
select tenant_table('patient_corrections');

create table patient_correction_items (
  tenant_id uuid not null,
  id uuid not null,
  correction_id uuid not null,
  patient_id uuid not null,
  -- The version that the correction left: at any other, something else has changed the record since
  version_after int not null,
  before jsonb not null,
  created_at timestamptz not null,
  restored_at timestamptz,
  primary key (tenant_id, id),
  constraint patient_correction_items_once unique (tenant_id, correction_id, patient_id)
);
create index patient_correction_items_patient on patient_correction_items (tenant_id, patient_id);
select tenant_table('patient_correction_items', false);
alter table patient_correction_items add constraint patient_correction_items_of_fk foreign key (tenant_id, correction_id) references patient_corrections (tenant_id, id);
alter table patient_correction_items add constraint patient_correction_items_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
