-- In which roles a request acts is in its context, so that it is not looked up for every row that changes
create or replace function kernel.audit_row() returns trigger language plpgsql as $$
declare
  old_row jsonb := case when tg_op = 'INSERT' then null else to_jsonb(old) end;
  new_row jsonb := case when tg_op = 'DELETE' then null else to_jsonb(new) end;
  this_row jsonb := coalesce(new_row, old_row);
  actor uuid := kernel.context_part(3)::uuid;
  tenant uuid := (this_row ->> 'tenant_id')::uuid;
  told text := kernel.context_part(8);
  acting_role text;
  acting_facility uuid;
begin
  if told is null then
    select a.role, a.facility_id into acting_role, acting_facility from kernel.audit_actor(tenant, actor) a;
  else
    acting_role := nullif(convert_from(decode(substr(told, 2), 'hex'), 'UTF8'), '');
    acting_facility := kernel.context_part(9)::uuid;
  end if;
  insert into audit_entries (tenant_id, actor_id, role, session_id, facility_id, request_id, address, agent, action, subject_type, subject_id, patient_id, reason, before, after)
  values (tenant, actor, acting_role, kernel.context_part(4)::uuid,
    coalesce((this_row ->> 'facility_id')::uuid, acting_facility), kernel.context_part(5), kernel.context_part(6), nullif(kernel.context_agent(), ''),
    'row.' || lower(tg_op), tg_argv[0], (this_row ->> 'id')::uuid,
    case when tg_argv[0] = 'patients' then (this_row ->> 'id')::uuid else (this_row ->> 'patient_id')::uuid end,
    case when new_row ->> 'reason' is distinct from old_row ->> 'reason' then nullif(left(new_row ->> 'reason', 500), '') end,
    old_row, new_row);
  return null;
end $$;
