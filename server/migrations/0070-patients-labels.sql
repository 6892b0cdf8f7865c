-- Why a record has a wall around it. Rows end, they are never deleted: who walled a record, when and why stays to be read.
create table patient_labels (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  patient_id uuid not null,
  label text not null constraint patient_labels_known check (label in ('vip', 'staff', 'mental-health', 'hiv', 'minor')),
  reason text not null default '',
  added_at timestamptz not null,
  added_by uuid,
  ended_at timestamptz,
  ended_by uuid,
  end_reason text not null default '',
  primary key (tenant_id, id),
  constraint patient_labels_end check (ended_at is null or ended_at >= added_at)
);
create index patient_labels_patient on patient_labels (tenant_id, patient_id, label);
create index patient_labels_live on patient_labels (tenant_id, label) where ended_at is null;
select tenant_table('patient_labels');
alter table patient_labels add constraint patient_labels_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
