-- A final row of a patient whose erasure was granted may lose its words and nothing else
create function kernel.is_blanked(old_row jsonb, new_row jsonb) returns boolean language plpgsql stable as $$
begin
  if exists (
    select 1 from jsonb_each(new_row) n join jsonb_each(old_row) o on o.key = n.key
    where n.value is distinct from o.value and n.value not in ('""'::jsonb, '"Erased"'::jsonb, '{}'::jsonb)
  ) then return false; end if;
  return exists (
    select 1 from audit_redactions r join privacy_requests q on q.tenant_id = r.tenant_id and q.id = r.request_id and q.kind = 'erasure' and q.state in ('approved', 'done')
    where r.tenant_id = (old_row ->> 'tenant_id')::uuid and r.patient_id = (old_row ->> 'patient_id')::uuid
  );
end $$;

create or replace function kernel.keep_unchanged() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or (to_jsonb(new) - tg_argv) is distinct from (to_jsonb(old) - tg_argv) then
    if tg_op = 'UPDATE' and kernel.is_blanked(to_jsonb(old), to_jsonb(new)) then return new; end if;
    raise exception 'this row is final' using errcode = '23514', constraint = tg_table_name || '_final';
  end if;
  return new;
end $$;

create or replace function kernel.guard_released_result() returns trigger language plpgsql as $$
begin
  if old.result_version > 0 and new.result_version = old.result_version and (new.value_text, new.value_number, new.comparator, new.unit, new.flag, new.range_low, new.range_high, new.range_text, new.detail, new.comment, new.status)
    is distinct from (old.value_text, old.value_number, old.comparator, old.unit, old.flag, old.range_low, old.range_high, old.range_text, old.detail, old.comment, old.status) then
    if kernel.is_blanked(to_jsonb(old), to_jsonb(new)) then return new; end if;
    raise exception 'a released result is immutable' using errcode = '23514', constraint = 'results_immutable';
  end if;
  if new.result_version not between old.result_version and old.result_version + 1 then
    raise exception 'versions follow each other' using errcode = '23514', constraint = 'results_immutable';
  end if;
  return new;
end $$;

create or replace function kernel.guard_result_version() returns trigger language plpgsql as $$
begin
  -- A merge moves the patient; an erasure takes the words; nothing else of it changes.
  if tg_op = 'UPDATE' and (to_jsonb(new) - 'patient_id' = to_jsonb(old) - 'patient_id' or kernel.is_blanked(to_jsonb(old), to_jsonb(new))) then return new; end if;
  raise exception 'append only' using errcode = '23514', constraint = 'result_versions_final';
end $$;

-- What has run out is taken away by time
create index sessions_created on sessions (tenant_id, created_at);
create index known_devices_seen on known_devices (tenant_id, last_seen_at);
