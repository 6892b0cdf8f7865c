create table medications (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  name text not null,
  name_folded text collate "C" not null,
  generic_name text not null default '',
  generic_folded text collate "C" not null default '',
  system text not null check (system in ('allopathy', 'ayurveda', 'homeopathy')),
  system_data jsonb not null,
  is_active boolean not null default true,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id)
);
create index medications_name on medications (tenant_id, name_folded, id);
create index medications_generic on medications (tenant_id, generic_folded);
select tenant_table('medications');

create table prescriptions (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  patient_id uuid not null,
  encounter_id uuid not null,
  facility_id uuid not null,
  prescriber_id uuid not null,
  state text not null check (state in ('draft', 'finalized', 'partly-dispensed', 'dispensed', 'cancelled')),
  number text,
  repeat_of uuid,
  cancel_reason text not null default '',
  finalized_at timestamptz,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint prescriptions_number unique (tenant_id, facility_id, number),
  constraint prescriptions_numbered check ((number is null) = (finalized_at is null))
);
create index prescriptions_patient on prescriptions (tenant_id, patient_id, created_at desc, id);
create index prescriptions_encounter on prescriptions (tenant_id, encounter_id, created_at desc, id);
create index prescriptions_facility on prescriptions (tenant_id, facility_id, created_at desc, id);
create index prescriptions_state on prescriptions (tenant_id, facility_id, state, created_at desc, id);
create index prescriptions_time on prescriptions (tenant_id, created_at desc, id);
create index prescriptions_prescriber on prescriptions (tenant_id, prescriber_id, created_at desc, id);
create index prescriptions_repeat on prescriptions (tenant_id, repeat_of);
select tenant_table('prescriptions');
alter table prescriptions add constraint prescriptions_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table prescriptions add constraint prescriptions_encounter_fk foreign key (tenant_id, encounter_id) references encounters (tenant_id, id);
alter table prescriptions add constraint prescriptions_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table prescriptions add constraint prescriptions_prescriber_fk foreign key (tenant_id, prescriber_id) references users (tenant_id, id);
alter table prescriptions add constraint prescriptions_repeat_fk foreign key (tenant_id, repeat_of) references prescriptions (tenant_id, id);

create table prescription_items (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  prescription_id uuid not null,
  patient_id uuid not null,
  medication_id uuid not null,
  position int not null,
  name text not null,
  system text not null check (system in ('allopathy', 'ayurveda', 'homeopathy')),
  dosage text not null,
  frequency text not null,
  duration_days int not null check (duration_days > 0),
  quantity numeric(14,3) not null check (quantity > 0),
  dispensed_quantity numeric(14,3) not null default 0,
  instructions jsonb not null,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint prescription_items_dispensed check (dispensed_quantity >= 0 and dispensed_quantity <= quantity)
);
create index prescription_items_prescription on prescription_items (tenant_id, prescription_id, position);
create index prescription_items_patient on prescription_items (tenant_id, patient_id);
create index prescription_items_medication on prescription_items (tenant_id, medication_id);
select tenant_table('prescription_items');
alter table prescription_items add constraint prescription_items_prescription_fk foreign key (tenant_id, prescription_id) references prescriptions (tenant_id, id);
alter table prescription_items add constraint prescription_items_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table prescription_items add constraint prescription_items_medication_fk foreign key (tenant_id, medication_id) references medications (tenant_id, id);

create table dispenses (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  prescription_id uuid not null,
  patient_id uuid not null,
  facility_id uuid not null,
  store_id uuid,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id)
);
create index dispenses_prescription on dispenses (tenant_id, prescription_id, created_at);
create index dispenses_patient on dispenses (tenant_id, patient_id);
create index dispenses_facility on dispenses (tenant_id, facility_id, created_at desc, id);
create index dispenses_store on dispenses (tenant_id, store_id);
select tenant_table('dispenses');
alter table dispenses add constraint dispenses_prescription_fk foreign key (tenant_id, prescription_id) references prescriptions (tenant_id, id);
alter table dispenses add constraint dispenses_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table dispenses add constraint dispenses_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);

create table dispense_lines (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  dispense_id uuid not null,
  patient_id uuid not null,
  prescription_item_id uuid not null,
  quantity numeric(14,3) not null check (quantity > 0),
  lot_id uuid,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id)
);
create index dispense_lines_dispense on dispense_lines (tenant_id, dispense_id);
create index dispense_lines_patient on dispense_lines (tenant_id, patient_id);
create index dispense_lines_item on dispense_lines (tenant_id, prescription_item_id);
create index dispense_lines_lot on dispense_lines (tenant_id, lot_id);
select tenant_table('dispense_lines');
alter table dispense_lines add constraint dispense_lines_dispense_fk foreign key (tenant_id, dispense_id) references dispenses (tenant_id, id);
alter table dispense_lines add constraint dispense_lines_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table dispense_lines add constraint dispense_lines_item_fk foreign key (tenant_id, prescription_item_id) references prescription_items (tenant_id, id);
