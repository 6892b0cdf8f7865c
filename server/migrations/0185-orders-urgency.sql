-- What is asked for at once stands first where the work is done: an item knows how urgent its order is
alter table order_items add column priority text not null default 'routine' check (priority in ('routine', 'urgent', 'stat'));
-- Copied from the order, not changed by anybody: no entry in the audit
alter table order_items disable trigger user;
update order_items i set priority = o.priority from orders o where o.tenant_id = i.tenant_id and o.id = i.order_id and o.priority <> 'routine' and i.state in ('ordered', 'in-progress');
alter table order_items enable trigger user;
alter table order_items add column urgency int not null generated always as (case priority when 'stat' then 0 when 'urgent' then 1 else 2 end) stored;
-- Each row stands in one of the two, as it stood in the one before
drop index order_items_facility;
create index order_items_facility on order_items (tenant_id, facility_id, kind, state, placed_at desc, id) where state not in ('ordered', 'in-progress');
create index order_items_waiting on order_items (tenant_id, facility_id, kind, state, urgency, placed_at desc, id) where state in ('ordered', 'in-progress');
