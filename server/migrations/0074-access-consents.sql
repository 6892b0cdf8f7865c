-- What a patient allowed: who may have which part of the record, what for, and how long. Rows are withdrawn, never changed.
create table consents (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  patient_id uuid not null,
  purpose text not null constraint consents_purpose check (purpose in ('treatment', 'payment', 'insurance', 'research', 'public-health', 'family', 'legal')),
  recipient_kind text not null constraint consents_recipient check (recipient_kind in ('program', 'organisation', 'person')),
  recipient_key_id uuid,
  recipient text not null,
  scope text[] not null constraint consents_scope check (scope <@ array['clinical', 'billing']),
  given_by text not null constraint consents_given check (given_by in ('patient', 'guardian', 'representative')),
  given_name text not null default '',
  starts_at timestamptz not null,
  ends_at timestamptz,
  recorded_at timestamptz not null,
  recorded_by uuid not null,
  withdrawn_at timestamptz,
  withdrawn_by uuid,
  withdrawal_reason text not null default '',
  primary key (tenant_id, id),
  constraint consents_period check (ends_at is null or ends_at > starts_at),
  constraint consents_signer check (given_by = 'patient' or given_name <> ''),
  constraint consents_key check (recipient_key_id is null or recipient_kind = 'program')
);
create index consents_patient on consents (tenant_id, patient_id, recorded_at desc, id);
create index consents_recipient on consents (tenant_id, recipient_key_id);

-- Programs (a key, or a client that signs in by itself) outside the hospital's own care: they read only patients who allowed the purpose
create table program_rules (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  key_id uuid not null,
  purpose text not null,
  updated_at timestamptz not null,
  updated_by uuid,
  primary key (tenant_id, id),
  constraint program_rules_once unique (tenant_id, key_id)
);
select tenant_table('program_rules');

-- The fourth part of the walls names what must have been allowed: `key:<id>:<purpose>` or `consent:<id>`
create function kernel.has_consent(needed text, patient uuid, part text) returns boolean language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  tenant uuid := current_tenant();
  at timestamptz := kernel.walls_instant();
  subject uuid := split_part(needed, ':', 2)::uuid;
begin
  return exists (select 1 from consents c where c.tenant_id = tenant and c.patient_id = patient and c.withdrawn_at is null and c.starts_at <= at and (c.ends_at is null or c.ends_at > at)
    and (part = 'identity' or part = any(c.scope))
    and case split_part(needed, ':', 1) when 'consent' then c.id = subject else c.recipient_kind = 'program' and c.purpose = split_part(needed, ':', 3) and (c.recipient_key_id is null or c.recipient_key_id = subject) end);
end $$;

create function kernel.may_see(patient uuid, part text, registered_at_facility uuid, registered_by uuid) returns boolean language plpgsql stable security definer set search_path = public, pg_temp as $$
declare needed text := split_part(coalesce(current_setting('app.walls', true), ''), '|', 4);
begin
  if needed <> '' and patient is not null and not kernel.has_consent(needed, patient, part) then return false; end if;
  return kernel.may_see(patient, registered_at_facility, registered_by);
end $$;
create function kernel.may_see(patient uuid, part text) returns boolean language sql stable as $$ select kernel.may_see(patient, part, null, null) $$;

-- Which part of a record a table holds, for the scope of a consent: what is not named here is clinical, the most guarded
create function kernel.part_of(named text) returns text language sql immutable as $$
  select case when named in ('invoices', 'invoice_lines', 'charges', 'payments', 'deposits', 'credit_notes', 'credit_note_lines', 'sales') then 'billing'
    when named in ('patients', 'patient_identifiers', 'patient_relations', 'patient_merges', 'consents') then 'identity' else 'clinical' end $$;

create or replace function kernel.wall_patients(named text) returns void language plpgsql as $$
declare has_patient boolean := exists (select 1 from pg_attribute a where a.attrelid = to_regclass('public.' || quote_ident(named)) and a.attname = 'patient_id' and not a.attisdropped);
begin
  if named in ('audit_entries', 'stock_movements', 'stock_documents', 'breach_patients', 'legal_holds', 'audit_redactions', 'break_glass') or not has_patient then return; end if;
  execute format('create policy patient_wall on %I as restrictive using (not kernel.has_walls() or kernel.may_see(patient_id, %L)) with check (not kernel.has_walls() or kernel.may_see(patient_id, %2$L))', named, kernel.part_of(named));
end $$;

do $$
declare named text;
begin
  for named in select c.relname from pg_policy p join pg_class c on c.oid = p.polrelid where p.polname = 'patient_wall' and c.relname not in ('patients', 'duplicate_candidates') loop
    execute format('drop policy patient_wall on %I', named);
    perform kernel.wall_patients(named);
  end loop;
end $$;
drop policy patient_wall on patients;
create policy patient_wall on patients as restrictive using (not kernel.has_walls() or kernel.may_see(coalesce(merged_into, id), 'identity', facility_id, created_by)) with check (not kernel.has_walls() or kernel.may_see(coalesce(merged_into, id), 'identity', facility_id, created_by));
drop policy patient_wall on duplicate_candidates;
create policy patient_wall on duplicate_candidates as restrictive using (not kernel.has_walls() or (kernel.may_see(a_id, 'identity') and kernel.may_see(b_id, 'identity'))) with check (not kernel.has_walls() or (kernel.may_see(a_id, 'identity') and kernel.may_see(b_id, 'identity')));
drop function kernel.may_see(uuid);

create or replace function kernel.hidden_behind(kind text, subject uuid, out patient_id uuid, out labels text[], out is_unrelated boolean) language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  walls text := coalesce(current_setting('app.walls', true), '');
  tenant uuid := current_tenant();
begin
  if walls = '' then return; end if;
  select s.patient_id into patient_id from kernel.audit_subject(tenant, kind, subject) s;
  select coalesce(p.merged_into, p.id) into patient_id from patients p where p.tenant_id = tenant and p.id = patient_id;
  if patient_id is null or kernel.may_see(patient_id, kernel.part_of(replace(kind, '-', '_'))) then
    patient_id := null;
    return;
  end if;
  select coalesce(array_agg(distinct l.label), '{}') into labels from patient_labels l
    where l.tenant_id = tenant and l.patient_id = hidden_behind.patient_id and l.ended_at is null and l.label = any(string_to_array(split_part(walls, '|', 1), ','));
  is_unrelated := split_part(walls, '|', 2) <> '' and not kernel.is_related(patient_id, split_part(walls, '|', 2), null, null);
end $$;

select tenant_table('consents');
alter table consents add constraint consents_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);

-- An export made for somebody else than the patient stands on a consent
alter table patient_exports add column consent_id uuid;
create index patient_exports_consent on patient_exports (tenant_id, consent_id);
alter table patient_exports add constraint patient_exports_consent_fk foreign key (tenant_id, consent_id) references consents (tenant_id, id);

do $$ begin
  execute format('grant execute on function kernel.has_consent(text, uuid, text), kernel.may_see(uuid, text, uuid, uuid), kernel.may_see(uuid, text), kernel.part_of(text) to %I', kernel.role_name('app'));
end $$;
