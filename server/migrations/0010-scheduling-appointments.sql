create table schedules (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  practitioner_id uuid not null,
  facility_id uuid not null,
  weekly jsonb not null,
  exceptions jsonb not null,
  is_active boolean not null,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint schedules_once unique (tenant_id, practitioner_id, facility_id)
);
create index schedules_facility on schedules (tenant_id, facility_id);
select tenant_table('schedules');
alter table schedules add constraint schedules_practitioner_fk foreign key (tenant_id, practitioner_id) references users (tenant_id, id);
alter table schedules add constraint schedules_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);

create table appointments (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  patient_id uuid not null,
  practitioner_id uuid not null,
  facility_id uuid not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  local_date date not null,
  local_time text not null,
  time_zone text not null,
  visit_type text not null check (visit_type in ('new-consultation', 'follow-up', 'procedure', 'therapy', 'tele')),
  state text not null check (state in ('scheduled', 'confirmed', 'checked-in', 'in-progress', 'completed', 'cancelled', 'no-show')),
  reason text not null default '',
  notes text not null default '',
  token int,
  checked_in_at timestamptz,
  encounter_id uuid,
  series_id uuid,
  rescheduled_from timestamptz,
  cancelled_by text check (cancelled_by in ('patient', 'clinic')),
  cancel_reason text not null default '',
  is_walk_in boolean not null default false,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id)
);
create index appointments_practitioner on appointments (tenant_id, practitioner_id, starts_at, id);
create index appointments_facility on appointments (tenant_id, facility_id, starts_at, id);
create index appointments_patient on appointments (tenant_id, patient_id, starts_at, id);
create index appointments_time on appointments (tenant_id, starts_at, id);
create index appointments_queue on appointments (tenant_id, facility_id, local_date, token);
create index appointments_encounter on appointments (tenant_id, encounter_id);
select tenant_table('appointments');
alter table appointments add constraint appointments_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table appointments add constraint appointments_practitioner_fk foreign key (tenant_id, practitioner_id) references users (tenant_id, id);
alter table appointments add constraint appointments_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);

create table waiting_list (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  patient_id uuid not null,
  practitioner_id uuid,
  facility_id uuid not null,
  visit_type text not null,
  from_on date,
  to_on date,
  note text not null default '',
  state text not null default 'waiting' check (state in ('waiting', 'offered', 'booked', 'cancelled')),
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id)
);
create index waiting_list_facility on waiting_list (tenant_id, facility_id, state, created_at, id);
create index waiting_list_patient on waiting_list (tenant_id, patient_id);
create index waiting_list_practitioner on waiting_list (tenant_id, practitioner_id, state);
select tenant_table('waiting_list');
alter table waiting_list add constraint waiting_list_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table waiting_list add constraint waiting_list_practitioner_fk foreign key (tenant_id, practitioner_id) references users (tenant_id, id);
alter table waiting_list add constraint waiting_list_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
