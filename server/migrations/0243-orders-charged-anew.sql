-- An item is charged once at a time: what another item of its order stood for is owed for itself again when that one ends, also where its charge was taken off before
drop index charges_order_item;
create unique index charges_order_item on charges (tenant_id, source_id) where source_type = 'order-item' and state <> 'cancelled';
