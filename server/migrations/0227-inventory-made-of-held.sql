-- What was made from a batch that is held or recalled is held or recalled with it
with recursive family as (
  select l.tenant_id, l.id, l.state, i.name || ' ' || l.batch || ': ' || l.state_reason as why from lots l join items i on i.tenant_id = l.tenant_id and i.id = l.item_id where l.state <> 'available'
  union
  select twin.tenant_id, twin.id, f.state, f.why from family f
    join stock_movements used on used.tenant_id = f.tenant_id and used.lot_id = f.id and used.kind = 'preparation' and used.quantity < 0
    join stock_movements made on made.tenant_id = f.tenant_id and made.document_id = used.document_id and made.kind = 'preparation' and made.quantity > 0
    join lots own on own.tenant_id = f.tenant_id and own.id = made.lot_id
    join lots twin on twin.tenant_id = f.tenant_id and twin.item_id = own.item_id and upper(regexp_replace(twin.batch, '\s+', '', 'g')) = upper(regexp_replace(own.batch, '\s+', '', 'g'))
), worst as (
  -- By the alphabet: available, quarantined, recalled.
  select distinct on (tenant_id, id) tenant_id, id, state, why from family order by tenant_id, id, state desc
)
update lots l set state = w.state, state_reason = left(w.why, 1000), version = l.version + 1 from worst w where w.tenant_id = l.tenant_id and w.id = l.id and l.state < w.state;
update stock_balances b set is_held = true from lots l where l.tenant_id = b.tenant_id and l.id = b.lot_id and l.state <> 'available' and not b.is_held;
