-- A batch is one thing to its maker, however many lots of cost, price or vendor it stands in, and however its number was typed
create index lots_batch_key on lots (tenant_id, item_id, upper(regexp_replace(batch, '\s+', '', 'g')));

-- What was recalled or held as one lot holds for the others of its batch
update lots l set state = t.state, state_reason = t.state_reason, version = l.version + 1
from (
  select distinct on (tenant_id, item_id, upper(regexp_replace(batch, '\s+', '', 'g'))) tenant_id, item_id, upper(regexp_replace(batch, '\s+', '', 'g')) as batch_key, state, state_reason
  from lots where state <> 'available' order by tenant_id, item_id, upper(regexp_replace(batch, '\s+', '', 'g')), state desc, id
) t
where l.tenant_id = t.tenant_id and l.item_id = t.item_id and upper(regexp_replace(l.batch, '\s+', '', 'g')) = t.batch_key and l.state < t.state;
update stock_balances b set is_held = true from lots l where l.tenant_id = b.tenant_id and l.id = b.lot_id and l.state <> 'available' and not b.is_held;
