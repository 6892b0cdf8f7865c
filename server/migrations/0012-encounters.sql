create table encounters (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  patient_id uuid not null,
  facility_id uuid not null,
  practitioner_id uuid,
  class text not null check (class in ('outpatient', 'inpatient', 'emergency', 'tele', 'day-care')),
  system text not null check (system in ('allopathy', 'ayurveda', 'homeopathy')),
  state text not null check (state in ('checked-in', 'in-consultation', 'closed', 'cancelled')),
  appointment_id uuid,
  token int,
  reason text not null default '',
  opened_at timestamptz not null,
  started_at timestamptz,
  closed_at timestamptz,
  created_by uuid,
  primary key (tenant_id, id)
);
create index encounters_patient on encounters (tenant_id, patient_id, opened_at desc, id);
create index encounters_facility on encounters (tenant_id, facility_id, opened_at desc, id);
create index encounters_practitioner on encounters (tenant_id, practitioner_id, opened_at desc, id);
create index encounters_time on encounters (tenant_id, opened_at desc, id);
create index encounters_appointment on encounters (tenant_id, appointment_id);
select tenant_table('encounters');
alter table encounters add constraint encounters_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table encounters add constraint encounters_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table encounters add constraint encounters_practitioner_fk foreign key (tenant_id, practitioner_id) references users (tenant_id, id);
alter table encounters add constraint encounters_appointment_fk foreign key (tenant_id, appointment_id) references appointments (tenant_id, id);
alter table appointments add constraint appointments_encounter_fk foreign key (tenant_id, encounter_id) references encounters (tenant_id, id);

create table tasks (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  title text not null,
  note text not null default '',
  patient_id uuid,
  assignee_id uuid,
  due_at timestamptz,
  state text not null default 'open' check (state in ('open', 'in-progress', 'completed', 'cancelled')),
  escalated_at timestamptz,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id)
);
create index tasks_time on tasks (tenant_id, created_at desc, id);
create index tasks_assignee on tasks (tenant_id, assignee_id, created_at desc, id);
create index tasks_patient on tasks (tenant_id, patient_id, created_at desc, id);
create index tasks_due on tasks (tenant_id, state, due_at);
select tenant_table('tasks');
alter table tasks add constraint tasks_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table tasks add constraint tasks_assignee_fk foreign key (tenant_id, assignee_id) references users (tenant_id, id);
