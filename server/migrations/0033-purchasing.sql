create table requisitions (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  number text collate "C" not null,
  state text not null check (state in ('open', 'ordered', 'cancelled')),
  facility_id uuid not null,
  store_id uuid not null,
  reason text not null default '',
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint requisitions_number unique (tenant_id, facility_id, number)
);
create index requisitions_time on requisitions (tenant_id, created_at desc, id);
create index requisitions_store on requisitions (tenant_id, store_id);
create index requisitions_facility on requisitions (tenant_id, facility_id, created_at desc, id);
select tenant_table('requisitions');
alter table requisitions add constraint requisitions_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table requisitions add constraint requisitions_store_fk foreign key (tenant_id, store_id) references stores (tenant_id, id);

create table requisition_lines (
  tenant_id uuid not null,
  id uuid not null,
  requisition_id uuid not null,
  item_id uuid not null,
  quantity numeric(14,3) not null check (quantity > 0),
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id)
);
create index requisition_lines_requisition on requisition_lines (tenant_id, requisition_id, id);
create index requisition_lines_item on requisition_lines (tenant_id, item_id);
select tenant_table('requisition_lines');
alter table requisition_lines add constraint requisition_lines_requisition_fk foreign key (tenant_id, requisition_id) references requisitions (tenant_id, id);
alter table requisition_lines add constraint requisition_lines_item_fk foreign key (tenant_id, item_id) references items (tenant_id, id);

-- What a vendor would take for an item of a requisition
create table quotations (
  tenant_id uuid not null,
  id uuid not null,
  requisition_id uuid not null,
  vendor_id uuid not null,
  item_id uuid not null,
  unit_cost numeric(18,6) not null check (unit_cost >= 0),
  currency text not null,
  lead_time_days int not null default 0,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint quotations_once unique (tenant_id, requisition_id, vendor_id, item_id)
);
create index quotations_vendor on quotations (tenant_id, vendor_id);
create index quotations_item on quotations (tenant_id, item_id);
select tenant_table('quotations');
alter table quotations add constraint quotations_requisition_fk foreign key (tenant_id, requisition_id) references requisitions (tenant_id, id);
alter table quotations add constraint quotations_vendor_fk foreign key (tenant_id, vendor_id) references vendors (tenant_id, id);
alter table quotations add constraint quotations_item_fk foreign key (tenant_id, item_id) references items (tenant_id, id);

create table purchase_orders (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  number text collate "C" not null,
  state text not null check (state in ('draft', 'approved', 'sent', 'partly-received', 'received', 'closed', 'cancelled')),
  facility_id uuid not null,
  store_id uuid not null,
  vendor_id uuid not null,
  requisition_id uuid,
  currency text not null,
  total numeric(14,3) not null,
  expected_on date,
  reason text not null default '',
  approved_by uuid,
  sent_at timestamptz,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint purchase_orders_number unique (tenant_id, facility_id, number)
);
create index purchase_orders_time on purchase_orders (tenant_id, created_at desc, id);
create index purchase_orders_state on purchase_orders (tenant_id, state, created_at desc, id);
create index purchase_orders_vendor on purchase_orders (tenant_id, vendor_id, created_at desc, id);
create index purchase_orders_store on purchase_orders (tenant_id, store_id, created_at desc, id);
create index purchase_orders_facility on purchase_orders (tenant_id, facility_id, created_at desc, id);
create index purchase_orders_requisition on purchase_orders (tenant_id, requisition_id);
select tenant_table('purchase_orders');
alter table purchase_orders add constraint purchase_orders_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table purchase_orders add constraint purchase_orders_store_fk foreign key (tenant_id, store_id) references stores (tenant_id, id);
alter table purchase_orders add constraint purchase_orders_vendor_fk foreign key (tenant_id, vendor_id) references vendors (tenant_id, id);
alter table purchase_orders add constraint purchase_orders_requisition_fk foreign key (tenant_id, requisition_id) references requisitions (tenant_id, id);

create table purchase_order_lines (
  tenant_id uuid not null,
  id uuid not null,
  purchase_order_id uuid not null,
  item_id uuid not null,
  unit text not null,
  ordered numeric(14,3) not null check (ordered > 0),
  quantity numeric(14,3) not null check (quantity > 0),
  received numeric(14,3) not null default 0 check (received >= 0),
  unit_price numeric(18,6) not null check (unit_price >= 0),
  tax_rate_percent numeric(6,3) not null default 0,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id)
);
create index purchase_order_lines_order on purchase_order_lines (tenant_id, purchase_order_id, id);
create index purchase_order_lines_item on purchase_order_lines (tenant_id, item_id);
select tenant_table('purchase_order_lines');
alter table purchase_order_lines add constraint purchase_order_lines_order_fk foreign key (tenant_id, purchase_order_id) references purchase_orders (tenant_id, id);
alter table purchase_order_lines add constraint purchase_order_lines_item_fk foreign key (tenant_id, item_id) references items (tenant_id, id);

create table goods_receipts (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  number text collate "C" not null,
  facility_id uuid not null,
  store_id uuid not null,
  vendor_id uuid not null,
  purchase_order_id uuid,
  currency text not null,
  delivery_note text not null default '',
  freight numeric(14,3) not null default 0 check (freight >= 0),
  goods_total numeric(14,3) not null,
  tax_total numeric(14,3) not null,
  temperature_celsius numeric(5,2),
  note text not null default '',
  received_on date not null,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint goods_receipts_number unique (tenant_id, facility_id, number)
);
create index goods_receipts_time on goods_receipts (tenant_id, created_at desc, id);
create index goods_receipts_vendor on goods_receipts (tenant_id, vendor_id, created_at desc, id);
create index goods_receipts_store on goods_receipts (tenant_id, store_id, created_at desc, id);
create index goods_receipts_facility on goods_receipts (tenant_id, facility_id, created_at desc, id);
create index goods_receipts_order on goods_receipts (tenant_id, purchase_order_id, created_at desc, id);
select tenant_table('goods_receipts');
alter table goods_receipts add constraint goods_receipts_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table goods_receipts add constraint goods_receipts_store_fk foreign key (tenant_id, store_id) references stores (tenant_id, id);
alter table goods_receipts add constraint goods_receipts_vendor_fk foreign key (tenant_id, vendor_id) references vendors (tenant_id, id);
alter table goods_receipts add constraint goods_receipts_order_fk foreign key (tenant_id, purchase_order_id) references purchase_orders (tenant_id, id);

create table goods_receipt_lines (
  tenant_id uuid not null,
  id uuid not null,
  goods_receipt_id uuid not null,
  purchase_order_line_id uuid,
  item_id uuid not null,
  lot_id uuid not null,
  quantity numeric(14,3) not null check (quantity >= 0),
  free numeric(14,3) not null default 0 check (free >= 0),
  damaged numeric(14,3) not null default 0 check (damaged >= 0),
  returned numeric(14,3) not null default 0,
  line_cost numeric(14,3) not null check (line_cost >= 0),
  tax_rate_percent numeric(6,3) not null default 0,
  tax numeric(14,3) not null default 0,
  landed_unit_cost numeric(18,6) not null,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint goods_receipt_lines_returned check (returned >= 0 and returned <= quantity + free)
);
create index goods_receipt_lines_receipt on goods_receipt_lines (tenant_id, goods_receipt_id, id);
create index goods_receipt_lines_order on goods_receipt_lines (tenant_id, purchase_order_line_id);
create index goods_receipt_lines_item on goods_receipt_lines (tenant_id, item_id);
create index goods_receipt_lines_lot on goods_receipt_lines (tenant_id, lot_id);
select tenant_table('goods_receipt_lines');
alter table goods_receipt_lines add constraint goods_receipt_lines_receipt_fk foreign key (tenant_id, goods_receipt_id) references goods_receipts (tenant_id, id);
alter table goods_receipt_lines add constraint goods_receipt_lines_order_fk foreign key (tenant_id, purchase_order_line_id) references purchase_order_lines (tenant_id, id);
alter table goods_receipt_lines add constraint goods_receipt_lines_item_fk foreign key (tenant_id, item_id) references items (tenant_id, id);
alter table goods_receipt_lines add constraint goods_receipt_lines_lot_fk foreign key (tenant_id, lot_id) references lots (tenant_id, id);
create trigger goods_receipt_lines_final before update or delete on goods_receipt_lines for each row execute function kernel.keep_unchanged('returned');

create table vendor_bills (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  facility_id uuid not null,
  vendor_id uuid not null,
  goods_receipt_id uuid not null,
  bill_number text not null,
  billed_on date not null,
  due_on date not null,
  currency text not null,
  amount numeric(14,3) not null check (amount >= 0),
  expected numeric(14,3) not null,
  state text not null check (state in ('matched', 'disputed', 'approved')),
  reason text not null default '',
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint vendor_bills_once unique (tenant_id, vendor_id, bill_number)
);
create index vendor_bills_time on vendor_bills (tenant_id, created_at desc, id);
create index vendor_bills_receipt on vendor_bills (tenant_id, goods_receipt_id);
create index vendor_bills_facility on vendor_bills (tenant_id, facility_id);
select tenant_table('vendor_bills');
alter table vendor_bills add constraint vendor_bills_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table vendor_bills add constraint vendor_bills_vendor_fk foreign key (tenant_id, vendor_id) references vendors (tenant_id, id);
alter table vendor_bills add constraint vendor_bills_receipt_fk foreign key (tenant_id, goods_receipt_id) references goods_receipts (tenant_id, id);

create table purchase_returns (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  number text collate "C" not null,
  facility_id uuid not null,
  goods_receipt_id uuid not null,
  vendor_id uuid not null,
  reason text not null,
  currency text not null,
  total numeric(14,3) not null,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint purchase_returns_number unique (tenant_id, facility_id, number)
);
create index purchase_returns_receipt on purchase_returns (tenant_id, goods_receipt_id);
create index purchase_returns_vendor on purchase_returns (tenant_id, vendor_id);
select tenant_table('purchase_returns');
alter table purchase_returns add constraint purchase_returns_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table purchase_returns add constraint purchase_returns_receipt_fk foreign key (tenant_id, goods_receipt_id) references goods_receipts (tenant_id, id);
alter table purchase_returns add constraint purchase_returns_vendor_fk foreign key (tenant_id, vendor_id) references vendors (tenant_id, id);
create trigger purchase_returns_final before update or delete on purchase_returns for each row execute function kernel.keep_unchanged('');
