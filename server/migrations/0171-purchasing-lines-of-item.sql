-- The lines that brought an item, in their order: equipment that came is found from its few items
drop index goods_receipt_lines_item;
create index goods_receipt_lines_item on goods_receipt_lines (tenant_id, item_id, id);
