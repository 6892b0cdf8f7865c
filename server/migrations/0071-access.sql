-- Which roles see patients with a label, whether the others are told that there is a record, and whether they may break the glass
create table label_rules (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  label text not null,
  roles text[] not null,
  is_told boolean not null,
  breaks_glass boolean not null constraint label_rules_told check (is_told or not breaks_glass),
  updated_at timestamptz not null,
  updated_by uuid,
  primary key (tenant_id, id),
  constraint label_rules_once unique (tenant_id, label)
);
select tenant_table('label_rules');

-- A role with a row sees only patients it has one of these relations with
create table relation_rules (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  role text not null,
  relations text[] not null constraint relation_rules_known check (relations <@ array['care-team', 'facility', 'own']),
  updated_at timestamptz not null,
  updated_by uuid,
  primary key (tenant_id, id),
  constraint relation_rules_once unique (tenant_id, role)
);
select tenant_table('relation_rules');

create table access_settings (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  glass_minutes int not null constraint access_settings_glass check (glass_minutes between 5 and 240),
  officer_roles text[] not null,
  pace_charts int not null constraint access_settings_charts check (pace_charts between 10 and 10000),
  pace_minutes int not null constraint access_settings_pace check (pace_minutes between 1 and 120),
  updated_at timestamptz not null,
  updated_by uuid,
  primary key (tenant_id, id)
);
select tenant_table('access_settings');

-- Who is named to a patient: the care team, whom no label hides the patient from, and the user who is this patient
create table care_team (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  patient_id uuid not null,
  user_id uuid not null,
  relation text not null constraint care_team_relation check (relation in ('care-team', 'own')),
  reason text not null default '',
  added_at timestamptz not null,
  added_by uuid,
  until_at timestamptz,
  ended_at timestamptz,
  primary key (tenant_id, id)
);
create index care_team_patient on care_team (tenant_id, patient_id, added_at desc, id);
create index care_team_user on care_team (tenant_id, user_id, patient_id);
select tenant_table('care_team');
alter table care_team add constraint care_team_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table care_team add constraint care_team_user_fk foreign key (tenant_id, user_id) references users (tenant_id, id);

-- An opening of a walled record by somebody who may not see it: at most four hours, reviewed by another person
create table break_glass (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  patient_id uuid not null,
  user_id uuid not null,
  session_id uuid not null,
  reason text not null,
  started_at timestamptz not null,
  ends_at timestamptz not null,
  ended_at timestamptz,
  state text not null default 'open' constraint break_glass_state check (state in ('open', 'justified', 'not-justified')),
  reviewed_at timestamptz,
  reviewed_by uuid,
  review_note text not null default '',
  primary key (tenant_id, id),
  constraint break_glass_hours check (ends_at > started_at and ends_at <= started_at + interval '4 hours'),
  constraint break_glass_reviewed check ((state = 'open') = (reviewed_by is null)),
  constraint break_glass_other check (reviewed_by is distinct from user_id)
);
create index break_glass_user on break_glass (tenant_id, user_id, patient_id, ends_at desc);
create index break_glass_queue on break_glass (tenant_id, state, started_at desc, id);
create index break_glass_time on break_glass (tenant_id, started_at desc, id);
create index break_glass_patient on break_glass (tenant_id, patient_id);
select tenant_table('break_glass');
alter table break_glass add constraint break_glass_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table break_glass add constraint break_glass_user_fk foreign key (tenant_id, user_id) references users (tenant_id, id);

-- The walls of a request travel beside its context as `labels|relations|instant`: what this user may not see, by which relations only, and when it is.
-- Nothing is set for those who may see all, and then nothing is looked up.
create function kernel.has_walls() returns boolean language sql stable parallel safe as $$ select coalesce(current_setting('app.walls', true), '') <> '' $$;

create function kernel.walls_instant() returns timestamptz language sql stable as $$ select split_part(current_setting('app.walls', true), '|', 3)::timestamptz $$;

create function kernel.is_related(patient uuid, relations text, registered_at_facility uuid, registered_by uuid) returns boolean language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  tenant uuid := current_tenant();
  actor uuid := kernel.context_part(3)::uuid;
  at timestamptz := kernel.walls_instant();
  allowed text[] := string_to_array(relations, ',');
begin
  -- Whoever registers somebody sees whom they registered
  if registered_by = actor then return true; end if;
  if 'own' = any(allowed) and exists (select 1 from care_team c where c.tenant_id = tenant and c.user_id = actor and c.patient_id = patient and c.relation = 'own' and c.ended_at is null and (c.until_at is null or c.until_at > at)) then return true; end if;
  if 'care-team' = any(allowed) and (
    exists (select 1 from encounters e where e.tenant_id = tenant and e.patient_id = patient and e.practitioner_id = actor)
    or exists (select 1 from appointments a where a.tenant_id = tenant and a.patient_id = patient and a.practitioner_id = actor)) then return true; end if;
  return 'facility' = any(allowed) and exists (
    select 1 from memberships m where m.tenant_id = tenant and m.user_id = actor and (m.facility_id = registered_at_facility
      or m.facility_id = (select p.facility_id from patients p where p.tenant_id = tenant and p.id = patient)
      or exists (select 1 from encounters e where e.tenant_id = tenant and e.patient_id = patient and e.facility_id = m.facility_id)
      or exists (select 1 from appointments a where a.tenant_id = tenant and a.patient_id = patient and a.facility_id = m.facility_id)));
end $$;

-- Whether the user of this context may see a patient now: the one place that decides, for every row that names a patient
create function kernel.may_see(patient uuid, registered_at_facility uuid, registered_by uuid) returns boolean language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  walls text := coalesce(current_setting('app.walls', true), '');
  tenant uuid := current_tenant();
  actor uuid;
  relations text;
  at timestamptz;
begin
  if walls = '' or patient is null then return true; end if;
  relations := split_part(walls, '|', 2);
  if not exists (select 1 from patient_labels l where l.tenant_id = tenant and l.patient_id = patient and l.ended_at is null and l.label = any(string_to_array(split_part(walls, '|', 1), ',')))
    and (relations = '' or kernel.is_related(patient, relations, registered_at_facility, registered_by)) then return true; end if;
  actor := kernel.context_part(3)::uuid;
  at := kernel.walls_instant();
  return exists (select 1 from care_team c where c.tenant_id = tenant and c.user_id = actor and c.patient_id = patient and c.relation = 'care-team' and c.ended_at is null and (c.until_at is null or c.until_at > at))
    or exists (select 1 from break_glass b where b.tenant_id = tenant and b.user_id = actor and b.patient_id = patient and b.ended_at is null and b.started_at <= at and b.ends_at > at);
end $$;

create function kernel.may_see(patient uuid) returns boolean language sql stable as $$ select kernel.may_see(patient, null, null) $$;

-- Puts the wall on a table whose rows name a patient. Left out is what sums and legal duties are made of: its rows tell no name, and a sum without some of them is wrong.
create function kernel.wall_patients(named text) returns void language plpgsql as $$
declare has_patient boolean := exists (select 1 from pg_attribute a where a.attrelid = to_regclass('public.' || quote_ident(named)) and a.attname = 'patient_id' and not a.attisdropped);
begin
  if named in ('audit_entries', 'stock_movements', 'stock_documents', 'breach_patients', 'legal_holds', 'audit_redactions', 'break_glass') or not has_patient then return; end if;
  execute format('create policy patient_wall on %I as restrictive using (not kernel.has_walls() or kernel.may_see(patient_id)) with check (not kernel.has_walls() or kernel.may_see(patient_id))', named);
end $$;

create or replace function tenant_table(table_name text, is_audited boolean default true) returns void language plpgsql as $$
declare app text := kernel.role_name('app');
begin
  perform distribute_by_tenant(table_name);
  execute format('alter table %I enable row level security', table_name);
  execute format('create policy tenant_isolation on %I using (tenant_id = current_tenant()) with check (tenant_id = current_tenant())', table_name);
  perform kernel.wall_patients(table_name);
  execute format('grant select, insert, update, delete on %I to %I', table_name, app);
  if is_audited then
    execute format('create trigger audit_%s after insert or update or delete on %I for each row execute function kernel.audit_row(%L)', table_name, table_name, table_name);
  end if;
end $$;

do $$
declare named text;
begin
  for named in select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relrowsecurity
    and not exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polname = 'patient_wall') loop
    perform kernel.wall_patients(named);
  end loop;
end $$;
create policy patient_wall on patients as restrictive using (not kernel.has_walls() or kernel.may_see(coalesce(merged_into, id), facility_id, created_by)) with check (not kernel.has_walls() or kernel.may_see(coalesce(merged_into, id), facility_id, created_by));
create policy patient_wall on duplicate_candidates as restrictive using (not kernel.has_walls() or (kernel.may_see(a_id) and kernel.may_see(b_id))) with check (not kernel.has_walls() or (kernel.may_see(a_id) and kernel.may_see(b_id)));

-- Why a record was not there for the user of this context: its patient, and the labels and relations that hide it. `kind` is the first part of a path.
create function kernel.hidden_behind(kind text, subject uuid, out patient_id uuid, out labels text[], out is_unrelated boolean) language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  walls text := coalesce(current_setting('app.walls', true), '');
  tenant uuid := current_tenant();
begin
  if walls = '' then return; end if;
  select s.patient_id into patient_id from kernel.audit_subject(tenant, kind, subject) s;
  select coalesce(p.merged_into, p.id) into patient_id from patients p where p.tenant_id = tenant and p.id = patient_id;
  if patient_id is null or kernel.may_see(patient_id) then
    patient_id := null;
    return;
  end if;
  select coalesce(array_agg(distinct l.label), '{}') into labels from patient_labels l
    where l.tenant_id = tenant and l.patient_id = hidden_behind.patient_id and l.ended_at is null and l.label = any(string_to_array(split_part(walls, '|', 1), ','));
  is_unrelated := split_part(walls, '|', 2) <> '' and not kernel.is_related(patient_id, split_part(walls, '|', 2), null, null);
end $$;

-- Whatever is audited while the glass is broken says why it was
create function kernel.audit_glass() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  new.reason := (select left('break-glass: ' || b.reason, 500) from break_glass b
    where b.tenant_id = new.tenant_id and b.user_id = new.actor_id and b.patient_id = new.patient_id and b.started_at <= clock_timestamp() + interval '5 seconds' and b.ends_at > clock_timestamp() and b.ended_at is null
    order by b.started_at desc limit 1);
  return new;
end $$;
create trigger audit_glass before insert on audit_entries for each row when (new.reason is null and new.patient_id is not null and new.actor_id is not null) execute function kernel.audit_glass();

do $$ begin
  execute format('grant execute on function kernel.has_walls(), kernel.walls_instant(), kernel.is_related(uuid, text, uuid, uuid), kernel.may_see(uuid, uuid, uuid), kernel.may_see(uuid), kernel.hidden_behind(text, uuid) to %I', kernel.role_name('app'));
end $$;
