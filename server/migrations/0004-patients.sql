create table patients (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  facility_id uuid not null,
  mrn text not null,
  given_name text not null,
  family_name text not null default '',
  local_name text not null default '',
  sex text not null check (sex in ('female', 'male', 'intersex', 'unknown')),
  birth_date date,
  birth_precision text check (birth_precision in ('day', 'month', 'year', 'estimated')),
  birth_estimated_on date,
  phones text[] not null default '{}',
  email text not null default '',
  address jsonb not null default '{}',
  contacts jsonb not null default '[]',
  language text,
  occupation text not null default '',
  diet text not null default 'unknown',
  referral_source text not null default '',
  is_confidential boolean not null default false,
  is_unidentified boolean not null default false,
  allergy_status text not null default 'not-asked' check (allergy_status in ('not-asked', 'none-known', 'recorded')),
  deceased_at timestamptz,
  mother_id uuid,
  birth_order int,
  merged_into uuid,
  registered_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint patients_mrn unique (tenant_id, mrn)
);
create index patients_registered on patients (tenant_id, registered_at desc, id);
create index patients_facility on patients (tenant_id, facility_id, registered_at desc);
create index patients_mother on patients (tenant_id, mother_id);
create index patients_merged on patients (tenant_id, merged_into);
select tenant_table('patients');
alter table patients add constraint patients_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table patients add constraint patients_mother_fk foreign key (tenant_id, mother_id) references patients (tenant_id, id);
alter table patients add constraint patients_merged_fk foreign key (tenant_id, merged_into) references patients (tenant_id, id);

-- Sealed values found again by a keyed hash
create table patient_identifiers (
  tenant_id uuid not null,
  id uuid not null,
  patient_id uuid not null,
  type text not null,
  issuer text not null default '',
  value_sealed bytea not null,
  value_index text not null,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
create index patient_identifiers_patient on patient_identifiers (tenant_id, patient_id);
create index patient_identifiers_value on patient_identifiers (tenant_id, value_index);
select tenant_table('patient_identifiers');
alter table patient_identifiers add constraint patient_identifiers_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);

create table patient_lists (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  patient_id uuid not null,
  kind text not null check (kind in ('allergy', 'problem', 'medication', 'history', 'immunization')),
  text text not null,
  coding jsonb,
  state text not null default 'active' check (state in ('active', 'resolved', 'entered-in-error')),
  severity text not null default '',
  reaction text not null default '',
  reason text not null default '',
  onset_on date,
  recorded_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id)
);
create index patient_lists_patient on patient_lists (tenant_id, patient_id, kind, recorded_at desc);
select tenant_table('patient_lists');
alter table patient_lists add constraint patient_lists_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);

create table patient_relations (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  patient_id uuid not null,
  related_patient_id uuid,
  name text not null default '',
  relation text not null,
  phone text not null default '',
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id)
);
create index patient_relations_patient on patient_relations (tenant_id, patient_id);
create index patient_relations_related on patient_relations (tenant_id, related_patient_id);
select tenant_table('patient_relations');
alter table patient_relations add constraint patient_relations_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table patient_relations add constraint patient_relations_related_fk foreign key (tenant_id, related_patient_id) references patients (tenant_id, id);

-- Which rows a merge moved, so that unmerge moves exactly those back
create table patient_merges (
  tenant_id uuid not null,
  id uuid not null,
  patient_id uuid not null,
  into_patient_id uuid not null,
  moved jsonb not null,
  before jsonb not null,
  reason text not null default '',
  merged_at timestamptz not null,
  merged_by uuid,
  unmerged_at timestamptz,
  primary key (tenant_id, id)
);
create index patient_merges_patient on patient_merges (tenant_id, patient_id, merged_at desc);
create index patient_merges_into on patient_merges (tenant_id, into_patient_id);
select tenant_table('patient_merges');
alter table patient_merges add constraint patient_merges_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table patient_merges add constraint patient_merges_into_fk foreign key (tenant_id, into_patient_id) references patients (tenant_id, id);

create table duplicate_candidates (
  tenant_id uuid not null,
  id uuid not null,
  a_id uuid not null,
  b_id uuid not null,
  score int not null,
  reasons text[] not null,
  state text not null default 'open' check (state in ('open', 'dismissed', 'merged')),
  found_at timestamptz not null,
  primary key (tenant_id, id),
  constraint duplicate_candidates_pair unique (tenant_id, a_id, b_id)
);
create index duplicate_candidates_score on duplicate_candidates (tenant_id, state, score desc, id);
create index duplicate_candidates_b on duplicate_candidates (tenant_id, b_id);
select tenant_table('duplicate_candidates', false);
alter table duplicate_candidates add constraint duplicate_candidates_a_fk foreign key (tenant_id, a_id) references patients (tenant_id, id);
alter table duplicate_candidates add constraint duplicate_candidates_b_fk foreign key (tenant_id, b_id) references patients (tenant_id, id);
