-- A path whose first part is not the name of its table
create or replace function kernel.audit_subject(tenant uuid, kind text, subject uuid, out patient_id uuid, out facility_id uuid) language plpgsql stable as $$
declare
  named text := case kind when 'waitlist' then 'waiting_list' else replace(kind, '-', '_') end;
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
