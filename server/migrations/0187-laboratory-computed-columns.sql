-- Before an update no generated column is known yet, whichever the table has: what is computed is no change
create or replace function kernel.guard_released_result() returns trigger language plpgsql as $$
declare computed text[];
begin
  if old.result_version > 0 and new.result_version = old.result_version and (new.value_text, new.value_number, new.comparator, new.unit, new.flag, new.range_low, new.range_high, new.range_text, new.detail, new.comment, new.status)
    is distinct from (old.value_text, old.value_number, old.comparator, old.unit, old.flag, old.range_low, old.range_high, old.range_text, old.detail, old.comment, old.status) then
    select coalesce(array_agg(a.attname::text), '{}') into computed from pg_attribute a where a.attrelid = tg_relid and a.attgenerated <> '';
    if kernel.is_blanked(to_jsonb(old) - computed, to_jsonb(new) - computed) then return new; end if;
    raise exception 'a released result is immutable' using errcode = '23514', constraint = 'results_immutable';
  end if;
  if new.result_version not between old.result_version and old.result_version + 1 then
    raise exception 'versions follow each other' using errcode = '23514', constraint = 'results_immutable';
  end if;
  return new;
end $$;
