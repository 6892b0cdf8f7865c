-- What came damaged is not stock: what it would have cost is claimed from the vendor, once.
alter table goods_receipt_lines add column damaged_cost numeric(14,3) not null default 0 check (damaged_cost >= 0);
alter table goods_receipt_lines add column damaged_tax numeric(14,3) not null default 0 check (damaged_tax >= 0);
alter table goods_receipt_lines add column claimed numeric(14,3) not null default 0;
alter table goods_receipt_lines add constraint goods_receipt_lines_claimed check (claimed >= 0 and claimed <= damaged);
-- What of the order was open before this line came; null where it says nothing.
alter table goods_receipt_lines add column was_open numeric(14,3) check (was_open >= 0);
-- What of a line of an order will not come.
alter table purchase_order_lines add column given_up numeric(14,3) not null default 0;
alter table purchase_order_lines add constraint purchase_order_lines_given_up check (given_up >= 0 and given_up <= quantity);
-- A debit note for what came damaged takes nothing out of the stock and was never in the register of purchases.
alter table purchase_returns add column is_claim boolean not null default false;
drop trigger goods_receipt_lines_final on goods_receipt_lines;
create trigger goods_receipt_lines_final before update or delete on goods_receipt_lines for each row execute function kernel.keep_unchanged('returned', 'claimed');
