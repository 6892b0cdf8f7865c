-- Every entry tells who in which role, from where, with what, and why; the key leads by time
alter table audit_entries drop constraint audit_entries_pkey;
drop index audit_entries_at;
drop index audit_entries_patient;
drop index audit_entries_actor;
drop index audit_entries_subject;
alter table audit_entries add column role text;
alter table audit_entries add column address text;
alter table audit_entries add column agent text;
alter table audit_entries add column reason text;
alter table audit_entries add primary key (tenant_id, at, id);
create index audit_entries_patient on audit_entries (tenant_id, patient_id, at desc, id) where patient_id is not null;
create index audit_entries_actor on audit_entries (tenant_id, actor_id, at desc, id) where actor_id is not null;
create index audit_entries_subject on audit_entries (tenant_id, subject_id, at desc, id) where subject_id is not null;
create index audit_entries_action on audit_entries (tenant_id, action, at desc, id);
create index audit_entries_order on audit_entries (written_xid, id);

-- In which roles somebody acts, and where, when it can be one place only
create function kernel.audit_actor(tenant uuid, actor uuid, out role text, out facility_id uuid) language sql stable
  as $$ select string_agg(distinct m.role, ',' order by m.role), case when count(distinct m.facility_id) = 1 then min(m.facility_id::text)::uuid end from memberships m where m.tenant_id = tenant and m.user_id = actor $$;

-- Whose record a subject is, and where: `kind` is the first part of a path or a table's name. Nothing for tables that name neither.
create function kernel.audit_subject(tenant uuid, kind text, subject uuid, out patient_id uuid, out facility_id uuid) language plpgsql stable as $$
declare
  named text := replace(kind, '-', '_');
  has_patient boolean;
  has_facility boolean;
begin
  if named is null or subject is null then return; end if;
  select bool_or(a.attname = 'patient_id'), bool_or(a.attname = 'facility_id') into has_patient, has_facility
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relname = named and c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not a.attisdropped and a.attname in ('patient_id', 'facility_id', 'id');
  if has_patient is null then return; end if;
  execute format('select %s, %s from public.%I t where t.tenant_id = $1 and t.id = $2',
    case when named = 'patients' then 't.id' when has_patient then 't.patient_id' else 'null::uuid' end, case when has_facility then 't.facility_id' else 'null::uuid' end, named)
    into patient_id, facility_id using tenant, subject;
exception when undefined_column then
  return;
end $$;

-- The same for the group commit, whose login reads nothing and whose batches mix tenants
create function kernel.audit_lookup(tenants uuid[], actors uuid[], kinds text[], subjects uuid[]) returns table (role text, own_facility_id uuid, patient_id uuid, facility_id uuid) language sql stable security definer set search_path = public, pg_temp as $$
  select a.role, a.facility_id, s.patient_id, s.facility_id
  from unnest(tenants, actors, kinds, subjects) with ordinality as w(tenant, actor, kind, subject, place)
  left join lateral kernel.audit_actor(w.tenant, w.actor) a on true
  left join lateral kernel.audit_subject(w.tenant, w.kind, w.subject) s on true order by w.place
$$;
revoke all on function kernel.audit_lookup(uuid[], uuid[], text[], uuid[]) from public;

-- The device travels as hexadecimal digits in the context literal
create function kernel.context_agent() returns text language sql stable as $$ select convert_from(decode(coalesce(kernel.context_part(7), ''), 'hex'), 'UTF8') $$;

create or replace function kernel.audit_row() returns trigger language plpgsql as $$
declare
  old_row jsonb := case when tg_op = 'INSERT' then null else to_jsonb(old) end;
  new_row jsonb := case when tg_op = 'DELETE' then null else to_jsonb(new) end;
  this_row jsonb := coalesce(new_row, old_row);
  actor uuid := kernel.context_part(3)::uuid;
  tenant uuid := (this_row ->> 'tenant_id')::uuid;
  who record;
begin
  who := kernel.audit_actor(tenant, actor);
  insert into audit_entries (tenant_id, actor_id, role, session_id, facility_id, request_id, address, agent, action, subject_type, subject_id, patient_id, reason, before, after)
  values (tenant, actor, who.role, kernel.context_part(4)::uuid,
    coalesce((this_row ->> 'facility_id')::uuid, who.facility_id), kernel.context_part(5), kernel.context_part(6), nullif(kernel.context_agent(), ''),
    'row.' || lower(tg_op), tg_argv[0], (this_row ->> 'id')::uuid,
    case when tg_argv[0] = 'patients' then (this_row ->> 'id')::uuid else (this_row ->> 'patient_id')::uuid end,
    case when new_row ->> 'reason' is distinct from old_row ->> 'reason' then nullif(left(new_row ->> 'reason', 500), '') end,
    old_row, new_row);
  return null;
end $$;

-- The seal of an entry: its place in the tenant's chain. What an entry held is chained by its fingerprint, so that it can be blacked out by law without a broken chain.
create table audit_seals (
  tenant_id uuid not null,
  at timestamptz not null,
  id uuid not null,
  number bigint not null,
  content_hash bytea not null,
  hash bytea not null,
  primary key (tenant_id, at, id)
) partition by range (at);
create table audit_seals_default partition of audit_seals default;
create index audit_seals_number on audit_seals (tenant_id, number);

-- The last seal of each tenant; the row of no tenant says how far all are sealed
create table audit_heads (
  tenant_id uuid not null,
  number bigint not null,
  hash bytea not null,
  entry_id uuid not null,
  written_xid xid8 not null,
  sealed_at timestamptz not null,
  primary key (tenant_id)
);

-- Months of a tenant that stand in a sealed file instead of the table
create table audit_archives (
  tenant_id uuid not null,
  month date not null,
  entries int not null,
  first_number bigint not null,
  last_number bigint not null,
  file text not null,
  sha256 text not null,
  archived_at timestamptz not null,
  primary key (tenant_id, month)
);

do $$
declare
  name text;
  reader text;
begin
  foreach name in array array['audit_seals', 'audit_heads', 'audit_archives'] loop
    execute format('alter table %I enable row level security', name);
    foreach reader in array array[kernel.role_name('app'), kernel.role_name('auditor')] loop
      execute format('grant select on %I to %I', name, reader);
      execute format('create policy %I on %I to %I using (tenant_id = current_tenant()) with check (tenant_id = current_tenant())', 'tenant_read_' || reader, name, reader);
    end loop;
  end loop;
  execute format('grant execute on function kernel.audit_lookup(uuid[], uuid[], text[], uuid[]) to %I', kernel.role_name('audit_writer'));
  execute format('grant usage on schema kernel to %I', kernel.role_name('auditor'));
end $$;

-- A field with its length in bytes before it: no two rows have one text
create function kernel.audit_field(value text) returns text language sql immutable parallel safe as $$ select coalesce(octet_length(value)::text || ':' || value, '-') $$;

create function kernel.audit_text(e audit_entries) returns text language sql stable as $$
  select kernel.audit_field(e.tenant_id::text) || kernel.audit_field(e.id::text) || kernel.audit_field((extract(epoch from e.at) * 1000000)::bigint::text) || kernel.audit_field(e.written_xid::text)
    || kernel.audit_field(e.actor_id::text) || kernel.audit_field(e.role) || kernel.audit_field(e.session_id::text) || kernel.audit_field(e.facility_id::text) || kernel.audit_field(e.request_id)
    || kernel.audit_field(e.address) || kernel.audit_field(e.agent) || kernel.audit_field(e.action) || kernel.audit_field(e.subject_type) || kernel.audit_field(e.subject_id::text)
    || kernel.audit_field(e.patient_id::text) || kernel.audit_field(e.outcome) || kernel.audit_field(e.reason) $$;

create function kernel.audit_content(e audit_entries) returns bytea language sql stable as $$
  select sha256(convert_to(kernel.audit_field(e.details::text) || kernel.audit_field(e.before::text) || kernel.audit_field(e.after::text), 'UTF8')) $$;

create function kernel.chain_step(state bytea, first bytea, line text) returns bytea language sql immutable as $$ select sha256(coalesce(state, first) || convert_to(line, 'UTF8')) $$;
create aggregate kernel.chain(bytea, text) (sfunc = kernel.chain_step, stype = bytea);

-- Seals what no open transaction can still add to: `most` entries at a time, each chained to the one before it in its tenant
create function kernel.seal_audit(most int) returns table (tenant uuid, last_number bigint, last_hash bytea, last_entry uuid, sealed bigint) language plpgsql security definer set search_path = public, pg_temp as $$
declare
  nobody constant uuid := '00000000-0000-0000-0000-000000000000';
  edge xid8;
  from_xid xid8 := '0';
  from_id uuid := nobody;
begin
  if not pg_try_advisory_xact_lock(727275) then return; end if;
  edge := pg_snapshot_xmin(pg_current_snapshot());
  select h.written_xid, h.entry_id into from_xid, from_id from audit_heads h where h.tenant_id = nobody;
  -- A database restored into a younger cluster counts anew
  if from_xid is null or from_xid > pg_snapshot_xmax(pg_current_snapshot()) then
    from_xid := '0';
    from_id := nobody;
  end if;
  return query
    with fresh as materialized (
      select e.tenant_id, e.at, e.id, e.written_xid, kernel.audit_text(e) as line, kernel.audit_content(e) as content from audit_entries e
      where (e.written_xid, e.id) > (from_xid, from_id) and e.written_xid < edge
        and not exists (select 1 from audit_seals s where s.tenant_id = e.tenant_id and s.at = e.at and s.id = e.id)
      order by e.written_xid, e.id limit most
    ), chained as materialized (
      select f.tenant_id, f.at, f.id, f.written_xid, f.content, coalesce(h.number, 0) + row_number() over w as number,
        kernel.chain(coalesce(h.hash, sha256(convert_to('triveni audit ' || f.tenant_id::text, 'UTF8'))), f.line || encode(f.content, 'hex')) over w as hash
      from fresh f left join audit_heads h on h.tenant_id = f.tenant_id window w as (partition by f.tenant_id order by f.written_xid, f.id)
    ), kept as (
      insert into audit_seals (tenant_id, at, id, number, content_hash, hash) select c.tenant_id, c.at, c.id, c.number, c.content, c.hash from chained c
    ), tops as (
      select distinct on (c.tenant_id) c.tenant_id, c.number, c.hash, c.id, c.written_xid from chained c order by c.tenant_id, c.number desc
    ), ends as (
      select * from tops union all (select nobody, 0, ''::bytea, c.id, c.written_xid from chained c order by c.written_xid desc, c.id desc limit 1)
    ), headed as (
      insert into audit_heads as h (tenant_id, number, hash, entry_id, written_xid, sealed_at) select t.tenant_id, t.number, t.hash, t.id, t.written_xid, clock_timestamp() from ends t
      on conflict (tenant_id) do update set number = excluded.number, hash = excluded.hash, entry_id = excluded.entry_id, written_xid = excluded.written_xid, sealed_at = excluded.sealed_at
    )
    select t.tenant_id, t.number, t.hash, t.id, (select count(*) from chained c where c.tenant_id = t.tenant_id) from tops t;
end $$;
revoke all on function kernel.seal_audit(int) from public;

-- A month of its own for entries and seals; what went to the default partition meanwhile moves along
create function kernel.make_audit_month(parent text, month date) returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare
  name text := parent || '_' || to_char(month, 'YYYY_MM');
  low timestamptz := month::timestamp at time zone 'UTC';
  high timestamptz := (month + interval '1 month') at time zone 'UTC';
  is_late boolean;
begin
  perform pg_advisory_xact_lock(727276);
  if parent not in ('audit_entries', 'audit_seals') or to_regclass('public.' || quote_ident(name)) is not null then return; end if;
  execute format('select exists (select 1 from %I where at >= $1 and at < $2)', parent || '_default') into is_late using low, high;
  if not is_late then
    execute format('create table %I partition of %I for values from (%L) to (%L)', name, parent, low, high);
    return;
  end if;
  execute format('lock table %I in access exclusive mode', parent);
  execute format('create table %I (like %I including defaults)', name, parent);
  execute format('with moved as (delete from %I where at >= $1 and at < $2 returning *) insert into %I select * from moved', parent || '_default', name) using low, high;
  execute format('alter table %I attach partition %I for values from (%L) to (%L)', parent, name, low, high);
end $$;
revoke all on function kernel.make_audit_month(text, date) from public;

-- Makes the months from now to `ahead` months later, and those that late entries need; returns how many months there are
create function kernel.make_audit_months(ahead int) returns int language plpgsql security definer set search_path = public, pg_temp as $$
declare
  parent text;
  month date;
begin
  foreach parent in array array['audit_entries', 'audit_seals'] loop
    for month in execute format('select date_trunc(''month'', at at time zone ''UTC'')::date from %I group by 1', parent || '_default') loop
      perform kernel.make_audit_month(parent, month);
    end loop;
    for month in select (date_trunc('month', clock_timestamp() at time zone 'UTC') + make_interval(months => step))::date from generate_series(0, least(ahead, 24)) as step loop
      perform kernel.make_audit_month(parent, month);
    end loop;
  end loop;
  return (select count(*) - 1 from pg_inherits where inhparent = 'audit_entries'::regclass);
end $$;
revoke all on function kernel.make_audit_months(int) from public;

-- How long a hospital keeps its audit in the database: three years at least. HIPAA, 45 CFR 164.316(b)(2)(i), asks for six, which is what stands without a row.
create table audit_settings (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  retention_months int not null constraint audit_settings_least check (retention_months between 36 and 1200),
  updated_at timestamptz not null,
  updated_by uuid,
  primary key (tenant_id)
);
select tenant_table('audit_settings');

create function kernel.audit_kept_months(tenant uuid) returns int language sql stable security definer set search_path = public, pg_temp as $$ select coalesce((select greatest(36, s.retention_months) from audit_settings s where s.tenant_id = tenant), 72) $$;

-- Takes a month out of the table once its file is kept. Refuses what is too young, not sealed, or another number than the file holds.
create function kernel.archive_audit(tenant uuid, of_month date, held int, file_name text, file_sha256 text) returns int language plpgsql security definer set search_path = public, pg_temp as $$
declare
  low timestamptz := of_month::timestamp at time zone 'UTC';
  high timestamptz := (of_month + interval '1 month') at time zone 'UTC';
  found_entries int;
  from_number bigint;
  to_number bigint;
begin
  if tenant is distinct from current_tenant() then raise exception 'another tenant' using errcode = '42501'; end if;
  if high > clock_timestamp() - make_interval(months => kernel.audit_kept_months(tenant)) then raise exception 'the audit of this month is still to be kept' using errcode = '42501'; end if;
  select count(*), min(s.number), max(s.number) into found_entries, from_number, to_number
    from audit_entries e join audit_seals s on s.tenant_id = e.tenant_id and s.at = e.at and s.id = e.id where e.tenant_id = tenant and e.at >= low and e.at < high;
  if found_entries = 0 or found_entries <> held or found_entries <> (select count(*) from audit_entries e where e.tenant_id = tenant and e.at >= low and e.at < high) then
    raise exception 'the file does not hold the month' using errcode = '42501';
  end if;
  insert into audit_archives (tenant_id, month, entries, first_number, last_number, file, sha256, archived_at) values (tenant, of_month, held, from_number, to_number, file_name, file_sha256, clock_timestamp());
  delete from audit_entries e where e.tenant_id = tenant and e.at >= low and e.at < high;
  return found_entries;
end $$;
revoke all on function kernel.archive_audit(uuid, date, int, text, text) from public;

do $$ begin
  execute format('grant execute on function kernel.seal_audit(int), kernel.make_audit_months(int), kernel.archive_audit(uuid, date, int, text, text) to %I', kernel.role_name('auditor'));
end $$;
select kernel.make_audit_months(3);
