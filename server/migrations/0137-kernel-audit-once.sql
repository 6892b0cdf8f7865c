-- Whether somebody has a glass broken is asked once a transaction: the triggers of a document of ten tables asked ten times.
create or replace function kernel.audit_acting(tenant uuid, out actor uuid, out role text, out facility_id uuid, out has_glass boolean) language plpgsql as $$
declare
  told text := kernel.context_part(8);
  asked text := nullif(current_setting('app.glass', true), '');
begin
  actor := kernel.context_part(3)::uuid;
  if asked is null then
    asked := set_config('app.glass', (actor is not null and kernel.has_glass(tenant, actor))::text, true);
  end if;
  has_glass := asked::boolean;
  if told is null then
    select a.role, a.facility_id into role, facility_id from kernel.audit_actor(tenant, actor) a;
  else
    role := nullif(convert_from(decode(substr(told, 2), 'hex'), 'UTF8'), '');
    facility_id := kernel.context_part(9)::uuid;
  end if;
end $$;
