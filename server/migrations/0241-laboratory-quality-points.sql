-- What a control was measured against on its day, and which rules its own level broke: a month is summed up by them, whatever its lot is set to later. Empty where a lot was set anew before this was kept
alter table qc_points add column mean numeric(18,6), add column sd numeric(18,6), add column broken text not null default '' check (char_length(broken) <= 60);
alter table qc_points add constraint qc_points_target check ((mean is null) = (sd is null) and (sd is null or sd > 0));
update qc_points p set mean = l.mean, sd = l.sd from qc_lots l where l.tenant_id = p.tenant_id and l.id = p.lot_id and abs((p.value - l.mean) / l.sd - p.z) < 0.0002;
-- Of runs that were judged as a whole, a level took part in a rule where its own value lies beyond the limit of it
update qc_points p set broken = coalesce((
  select string_agg(b.rule, ' ' order by b.place) from unnest(string_to_array(r.broken, ' ')) with ordinality as b (rule, place)
  where abs(p.z) > case b.rule when '1-3s' then 3 when '4-1s' then 1 when '10-x' then 0 else 2 end), '')
from qc_runs r where r.tenant_id = p.tenant_id and r.id = p.run_id and r.broken <> '';
