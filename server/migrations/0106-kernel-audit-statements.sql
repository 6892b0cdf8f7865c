-- What one statement writes is audited by one statement, however many rows: a trigger for each row cost more than the rows.
-- Why a chart was opened behind a wall is looked up once a statement, and by patient only while the user has a glass broken.
drop trigger audit_glass on audit_entries;
drop function kernel.audit_glass();

create function kernel.has_glass(tenant uuid, actor uuid) returns boolean language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return exists (select 1 from break_glass b where b.tenant_id = tenant and b.user_id = actor and b.ended_at is null and b.ends_at > clock_timestamp());
end $$;

create function kernel.glass_reason(tenant uuid, actor uuid, patient uuid) returns text language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return (select left('break-glass: ' || b.reason, 500) from break_glass b
    where b.tenant_id = tenant and b.user_id = actor and b.patient_id = patient and b.started_at <= clock_timestamp() + interval '5 seconds' and b.ends_at > clock_timestamp() and b.ended_at is null
    order by b.started_at desc limit 1);
end $$;

-- Of the users of a batch those who have a glass broken, which is hardly ever anybody
create function kernel.with_glass(tenants uuid[], actors uuid[]) returns table (tenant_id uuid, user_id uuid) language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return query select distinct b.tenant_id, b.user_id from (select distinct * from unnest(tenants, actors) as x(tenant, actor)) u
    join break_glass b on b.tenant_id = u.tenant and b.user_id = u.actor and b.ended_at is null and b.ends_at > clock_timestamp();
end $$;

-- Who acts, as the triggers need it
create function kernel.audit_acting(tenant uuid, out actor uuid, out role text, out facility_id uuid, out has_glass boolean) language plpgsql stable as $$
declare told text := kernel.context_part(8);
begin
  actor := kernel.context_part(3)::uuid;
  has_glass := actor is not null and kernel.has_glass(tenant, actor);
  if told is null then
    select a.role, a.facility_id into role, facility_id from kernel.audit_actor(tenant, actor) a;
  else
    role := nullif(convert_from(decode(substr(told, 2), 'hex'), 'UTF8'), '');
    facility_id := kernel.context_part(9)::uuid;
  end if;
end $$;

create function kernel.audit_inserted() returns trigger language plpgsql as $$
declare
  tenant uuid := (select n.tenant_id from new_rows n limit 1);
  who record;
begin
  if tenant is null then return null; end if;
  who := kernel.audit_acting(tenant);
  insert into audit_entries (tenant_id, actor_id, role, session_id, facility_id, request_id, address, agent, action, subject_type, subject_id, patient_id, reason, before, after)
  select r.tenant_id, who.actor, who.role, kernel.context_part(4)::uuid, coalesce((r.line ->> 'facility_id')::uuid, who.facility_id), kernel.context_part(5), kernel.context_part(6), nullif(kernel.context_agent(), ''),
    'row.insert', tg_argv[0], (r.line ->> 'id')::uuid, r.patient_id,
    coalesce(nullif(left(r.line ->> 'reason', 500), ''), case when who.has_glass then kernel.glass_reason(r.tenant_id, who.actor, r.patient_id) end),
    null, r.line
  from (select l.tenant_id, l.line, (l.line ->> case when tg_argv[0] = 'patients' then 'id' else 'patient_id' end)::uuid as patient_id from (select n.tenant_id, to_jsonb(n) as line from new_rows n offset 0) l offset 0) r;
  return null;
end $$;

create function kernel.audit_deleted() returns trigger language plpgsql as $$
declare
  tenant uuid := (select o.tenant_id from old_rows o limit 1);
  who record;
begin
  if tenant is null then return null; end if;
  who := kernel.audit_acting(tenant);
  insert into audit_entries (tenant_id, actor_id, role, session_id, facility_id, request_id, address, agent, action, subject_type, subject_id, patient_id, reason, before, after)
  select r.tenant_id, who.actor, who.role, kernel.context_part(4)::uuid, coalesce((r.line ->> 'facility_id')::uuid, who.facility_id), kernel.context_part(5), kernel.context_part(6), nullif(kernel.context_agent(), ''),
    'row.delete', tg_argv[0], (r.line ->> 'id')::uuid, r.patient_id, case when who.has_glass then kernel.glass_reason(r.tenant_id, who.actor, r.patient_id) end, r.line, null
  from (select l.tenant_id, l.line, (l.line ->> case when tg_argv[0] = 'patients' then 'id' else 'patient_id' end)::uuid as patient_id from (select o.tenant_id, to_jsonb(o) as line from old_rows o offset 0) l offset 0) r;
  return null;
end $$;

-- For tables whose key is tenant and id: the row before and the row after have the same. A plan made for one row must serve ten thousand
create function kernel.audit_updated() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  tenant uuid := (select n.tenant_id from new_rows n limit 1);
  who record;
begin
  if tenant is null then return null; end if;
  who := kernel.audit_acting(tenant);
  insert into audit_entries (tenant_id, actor_id, role, session_id, facility_id, request_id, address, agent, action, subject_type, subject_id, patient_id, reason, before, after)
  select r.tenant_id, who.actor, who.role, kernel.context_part(4)::uuid, coalesce((r.line ->> 'facility_id')::uuid, who.facility_id), kernel.context_part(5), kernel.context_part(6), nullif(kernel.context_agent(), ''),
    'row.update', tg_argv[0], r.id, r.patient_id,
    coalesce(case when r.line ->> 'reason' is distinct from r.was ->> 'reason' then nullif(left(r.line ->> 'reason', 500), '') end, case when who.has_glass then kernel.glass_reason(r.tenant_id, who.actor, r.patient_id) end),
    r.was, r.line
  from (select l.tenant_id, l.id, l.line, l.was, (l.line ->> case when tg_argv[0] = 'patients' then 'id' else 'patient_id' end)::uuid as patient_id
    from (select n.tenant_id, n.id, to_jsonb(n) as line, to_jsonb(o) as was from new_rows n join old_rows o on o.tenant_id = n.tenant_id and o.id = n.id offset 0) l offset 0) r;
  return null;
end $$;

-- For the tables with another key
create or replace function kernel.audit_row() returns trigger language plpgsql as $$
declare
  was jsonb := to_jsonb(old);
  line jsonb := to_jsonb(new);
  tenant uuid := (line ->> 'tenant_id')::uuid;
  patient uuid := (line ->> case when tg_argv[0] = 'patients' then 'id' else 'patient_id' end)::uuid;
  who record := kernel.audit_acting(tenant);
begin
  insert into audit_entries (tenant_id, actor_id, role, session_id, facility_id, request_id, address, agent, action, subject_type, subject_id, patient_id, reason, before, after)
  values (tenant, who.actor, who.role, kernel.context_part(4)::uuid, coalesce((line ->> 'facility_id')::uuid, who.facility_id), kernel.context_part(5), kernel.context_part(6), nullif(kernel.context_agent(), ''),
    'row.update', tg_argv[0], (line ->> 'id')::uuid, patient,
    coalesce(case when line ->> 'reason' is distinct from was ->> 'reason' then nullif(left(line ->> 'reason', 500), '') end, case when who.has_glass then kernel.glass_reason(tenant, who.actor, patient) end),
    was, line);
  return null;
end $$;

-- Puts the audit on a table
create function kernel.audit_changes(named text) returns void language plpgsql as $$
declare
  is_by_id boolean := exists (select 1 from pg_index i where i.indrelid = to_regclass('public.' || quote_ident(named)) and i.indisprimary
    and (select array_agg(a.attname::text order by a.attname) from pg_attribute a where a.attrelid = i.indrelid and a.attnum = any(i.indkey)) = array['id', 'tenant_id']);
begin
  execute format('drop trigger if exists audit_%s on %I', named, named);
  execute format('create trigger audit_inserted after insert on %I referencing new table as new_rows for each statement execute function kernel.audit_inserted(%L)', named, named);
  execute format('create trigger audit_deleted after delete on %I referencing old table as old_rows for each statement execute function kernel.audit_deleted(%L)', named, named);
  if is_by_id then
    execute format('create trigger audit_updated after update on %I referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_updated(%L)', named, named);
  else
    execute format('create trigger audit_updated after update on %I for each row execute function kernel.audit_row(%L)', named, named);
  end if;
end $$;

create or replace function tenant_table(table_name text, is_audited boolean default true) returns void language plpgsql as $$
declare app text := kernel.role_name('app');
begin
  perform distribute_by_tenant(table_name);
  execute format('alter table %I enable row level security', table_name);
  execute format('create policy tenant_isolation on %I using (tenant_id = current_tenant()) with check (tenant_id = current_tenant())', table_name);
  perform kernel.wall_patients(table_name);
  execute format('grant select, insert, update, delete on %I to %I', table_name, app);
  if is_audited then perform kernel.audit_changes(table_name); end if;
end $$;

do $$
declare named text;
begin
  for named in select c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc f on f.oid = t.tgfoid join pg_namespace n on n.oid = f.pronamespace
    where n.nspname = 'kernel' and f.proname = 'audit_row' and t.tgname = 'audit_' || c.relname and not c.relispartition loop
    perform kernel.audit_changes(named);
  end loop;
  revoke all on function kernel.has_glass(uuid, uuid), kernel.glass_reason(uuid, uuid, uuid), kernel.with_glass(uuid[], uuid[]) from public;
  execute format('grant execute on function kernel.has_glass(uuid, uuid), kernel.glass_reason(uuid, uuid, uuid) to %I, %I, %I', kernel.role_name('app'), kernel.role_name('jobs'), kernel.role_name('auditor'));
  execute format('grant execute on function kernel.glass_reason(uuid, uuid, uuid), kernel.with_glass(uuid[], uuid[]) to %I', kernel.role_name('audit_writer'));
end $$;
