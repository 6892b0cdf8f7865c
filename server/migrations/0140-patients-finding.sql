-- Town and e-mail as they are asked for: folded by the database, so that no way of writing a patient forgets them
alter table patients add column city_key text collate "C" not null generated always as (lower(btrim(coalesce(address ->> 'city', '')))) stored;
alter table patients add column email_key text collate "C" not null generated always as (lower(btrim(email))) stored;
create index patients_birth on patients (tenant_id, birth_date, registered_at desc, id);
create index patients_city on patients (tenant_id, city_key, registered_at desc, id) where city_key <> '';
create index patients_email on patients (tenant_id, email_key, registered_at desc, id) where email_key <> '';

-- A user's own searches: criteria under a name. They hold no name and no number of a patient
create table saved_searches (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  user_id uuid not null,
  slot int not null constraint saved_searches_slots check (slot between 1 and 50),
  name text not null,
  criteria jsonb not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint saved_searches_slot unique (tenant_id, user_id, slot),
  constraint saved_searches_name unique (tenant_id, user_id, name)
);
select tenant_table('saved_searches');
alter table saved_searches add constraint saved_searches_user_fk foreign key (tenant_id, user_id) references users (tenant_id, id);

-- Whose charts a user opened last, newest first: one row a user
create table recent_patients (
  tenant_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  patient_ids uuid[] not null constraint recent_patients_few check (cardinality(patient_ids) <= 20),
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint recent_patients_once unique (tenant_id, user_id)
);
select tenant_table('recent_patients', false);
alter table recent_patients add constraint recent_patients_user_fk foreign key (tenant_id, user_id) references users (tenant_id, id);
