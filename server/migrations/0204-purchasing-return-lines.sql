-- What a debit note takes back of each line: its goods and the tax on them, as the register of purchases needs them.
create table purchase_return_lines (
  tenant_id uuid not null,
  id uuid not null,
  purchase_return_id uuid not null,
  goods_receipt_line_id uuid not null,
  quantity numeric(14,3) not null check (quantity > 0),
  taxable numeric(14,3) not null check (taxable >= 0),
  tax numeric(14,3) not null check (tax >= 0),
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id)
);
create index purchase_return_lines_return on purchase_return_lines (tenant_id, purchase_return_id, id);
create index purchase_return_lines_line on purchase_return_lines (tenant_id, goods_receipt_line_id);
select tenant_table('purchase_return_lines');
alter table purchase_return_lines add constraint purchase_return_lines_return_fk foreign key (tenant_id, purchase_return_id) references purchase_returns (tenant_id, id);
alter table purchase_return_lines add constraint purchase_return_lines_line_fk foreign key (tenant_id, goods_receipt_line_id) references goods_receipt_lines (tenant_id, id);
create trigger purchase_return_lines_final before update or delete on purchase_return_lines for each row execute function kernel.keep_unchanged('');
-- Registers read by day.
create index goods_receipts_day on goods_receipts (tenant_id, facility_id, received_on, id);
-- What went back before: from the ledger, which says the lots.
insert into purchase_return_lines (tenant_id, id, purchase_return_id, goods_receipt_line_id, quantity, taxable, tax, created_at, created_by)
select r.tenant_id, gen_random_uuid(), r.id, l.id, -m.quantity, round(l.line_cost * -m.quantity / nullif(l.quantity + l.free, 0), 2), round(l.tax * -m.quantity / nullif(l.quantity + l.free, 0), 2), r.created_at, r.created_by
from purchase_returns r
join stock_movements m on m.tenant_id = r.tenant_id and m.document_type = 'purchase-return' and m.document_id = r.id
cross join lateral (select * from goods_receipt_lines g where g.tenant_id = r.tenant_id and g.goods_receipt_id = r.goods_receipt_id and g.lot_id = m.lot_id order by g.id limit 1) l;
