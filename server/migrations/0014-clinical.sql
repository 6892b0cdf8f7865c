create table observations (
  tenant_id uuid not null,
  id uuid not null,
  patient_id uuid not null,
  encounter_id uuid,
  set_id uuid,
  code text collate "C" not null,
  display text not null default '',
  value_number numeric(18,6),
  value_text text not null default '',
  unit text not null default '',
  components jsonb,
  state text not null default 'final' check (state in ('final', 'entered-in-error')),
  reason text not null default '',
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id)
);
create index observations_patient on observations (tenant_id, patient_id, occurred_at desc, id);
create index observations_code on observations (tenant_id, patient_id, code, occurred_at desc, id);
create index observations_encounter on observations (tenant_id, encounter_id, occurred_at desc);
select tenant_table('observations');
alter table observations add constraint observations_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table observations add constraint observations_encounter_fk foreign key (tenant_id, encounter_id) references encounters (tenant_id, id);

create table notes (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  patient_id uuid not null,
  encounter_id uuid not null,
  template_id text,
  template_version int,
  text text not null,
  state text not null default 'draft' check (state in ('draft', 'signed', 'entered-in-error')),
  addendum_to uuid,
  author_id uuid not null,
  created_at timestamptz not null,
  signed_at timestamptz,
  primary key (tenant_id, id)
);
create index notes_encounter on notes (tenant_id, encounter_id, created_at);
create index notes_patient on notes (tenant_id, patient_id, created_at desc);
create index notes_addendum on notes (tenant_id, addendum_to);
create index notes_author on notes (tenant_id, author_id);
select tenant_table('notes');
alter table notes add constraint notes_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table notes add constraint notes_encounter_fk foreign key (tenant_id, encounter_id) references encounters (tenant_id, id);
alter table notes add constraint notes_addendum_fk foreign key (tenant_id, addendum_to) references notes (tenant_id, id);
alter table notes add constraint notes_author_fk foreign key (tenant_id, author_id) references users (tenant_id, id);

-- A signed note is immutable: its text never changes, whoever asks
create function kernel.guard_signed_note() returns trigger language plpgsql as $$
begin
  if old.state = 'signed' and (new.text <> old.text or new.author_id <> old.author_id or new.state = 'draft') then
    raise exception 'a signed note is immutable' using errcode = '23514', constraint = 'notes_signed';
  end if;
  return new;
end $$;
create trigger notes_signed before update on notes for each row execute function kernel.guard_signed_note();

create table diagnoses (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  patient_id uuid not null,
  encounter_id uuid,
  text text not null,
  coding jsonb,
  kind text not null check (kind in ('provisional', 'confirmed', 'differential')),
  state text not null default 'active' check (state in ('active', 'resolved', 'entered-in-error')),
  reason text not null default '',
  recorded_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id)
);
create index diagnoses_encounter on diagnoses (tenant_id, encounter_id, recorded_at);
create index diagnoses_patient on diagnoses (tenant_id, patient_id, recorded_at desc);
select tenant_table('diagnoses');
alter table diagnoses add constraint diagnoses_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table diagnoses add constraint diagnoses_encounter_fk foreign key (tenant_id, encounter_id) references encounters (tenant_id, id);
