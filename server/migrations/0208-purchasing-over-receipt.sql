-- What came beyond the order and was taken all the same, by line in base units.
alter table goods_receipt_lines add column over_order numeric(14,3) not null default 0;
alter table goods_receipt_lines add constraint goods_receipt_lines_over check (over_order >= 0 and over_order <= quantity);
-- What the goods of a bill were to cost by their order; null without one.
alter table vendor_bills add column by_order numeric(14,3) check (by_order >= 0);
