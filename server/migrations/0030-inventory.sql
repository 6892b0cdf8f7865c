create table vendors (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  name text not null,
  name_folded text collate "C" not null,
  tax_number text not null default '',
  state_code text not null default '',
  phone text not null default '',
  email text not null default '',
  address text not null default '',
  payment_terms_days int not null default 0 check (payment_terms_days between 0 and 365),
  is_active boolean not null default true,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint vendors_name unique (tenant_id, name_folded)
);
create index vendors_order on vendors (tenant_id, name_folded, id);
select tenant_table('vendors');

create table items (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  sku text not null,
  sku_folded text collate "C" not null,
  name text not null,
  name_folded text collate "C" not null,
  kind text not null check (kind in ('medicine', 'consumable', 'reagent', 'equipment', 'linen', 'food')),
  medication_id uuid,
  manufacturer text not null default '',
  manufacturer_folded text collate "C" not null default '',
  tax_code text not null default '',
  tax_rate_percent numeric(6,3) not null default 0 check (tax_rate_percent between 0 and 100),
  is_tax_included boolean not null default true,
  base_unit text not null,
  is_divisible boolean not null default false,
  storage text not null default 'room' check (storage in ('room', 'cool', 'refrigerated', 'frozen')),
  controlled_class text not null default '',
  is_controlled boolean not null generated always as (controlled_class <> '') stored,
  is_returnable boolean not null default true,
  importance text not null default '' check (importance in ('', 'vital', 'essential', 'desirable')),
  reorder_level numeric(14,3) check (reorder_level >= 0),
  maximum_level numeric(14,3) check (maximum_level >= 0),
  lead_time_days int not null default 0 check (lead_time_days between 0 and 365),
  is_active boolean not null default true,
  average_cost numeric(18,6) not null default 0 check (average_cost >= 0),
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint items_sku unique (tenant_id, sku_folded)
);
create index items_order on items (tenant_id, name_folded, id);
create index items_kind on items (tenant_id, kind, name_folded, id);
create index items_medication on items (tenant_id, medication_id);
create index items_manufacturer on items (tenant_id, manufacturer_folded, name_folded, id);
create index items_controlled on items (tenant_id, is_controlled, name_folded, id);
select tenant_table('items');
alter table items add constraint items_medication_fk foreign key (tenant_id, medication_id) references medications (tenant_id, id);

-- A conversion that changes is a new revision: what was booked keeps the one it was booked with
create table item_packs (
  tenant_id uuid not null,
  id uuid not null,
  item_id uuid not null,
  unit text not null,
  revision int not null,
  factor numeric(14,3) not null check (factor > 0),
  is_current boolean not null default true,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint item_packs_revision unique (tenant_id, item_id, unit, revision)
);
select tenant_table('item_packs');
alter table item_packs add constraint item_packs_item_fk foreign key (tenant_id, item_id) references items (tenant_id, id);

create table item_barcodes (
  tenant_id uuid not null,
  id uuid not null,
  item_id uuid not null,
  code text collate "C" not null check (length(code) <= 60),
  unit text not null,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint item_barcodes_code unique (tenant_id, code)
);
create index item_barcodes_item on item_barcodes (tenant_id, item_id);
select tenant_table('item_barcodes');
alter table item_barcodes add constraint item_barcodes_item_fk foreign key (tenant_id, item_id) references items (tenant_id, id);

-- The moving average after each receipt, so that stock of a past date has the cost of that date
create table item_costs (
  tenant_id uuid not null,
  id uuid not null,
  item_id uuid not null,
  at timestamptz not null,
  on_hand numeric(14,3) not null,
  average_cost numeric(18,6) not null check (average_cost >= 0),
  primary key (tenant_id, id)
);
create index item_costs_item on item_costs (tenant_id, item_id, at desc, id desc);
select tenant_table('item_costs', false);
alter table item_costs add constraint item_costs_item_fk foreign key (tenant_id, item_id) references items (tenant_id, id);
-- An argument must be there: without one the guard of updates compares with nothing
create trigger item_costs_final before update or delete on item_costs for each row execute function kernel.keep_unchanged('');

create table stores (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  facility_id uuid not null,
  code text not null,
  name text not null,
  kind text not null check (kind in ('main', 'pharmacy', 'ward', 'theatre', 'emergency-box', 'transit')),
  seal_number text not null default '',
  sealed_at timestamptz,
  closed_on date,
  is_frozen boolean not null default false,
  is_active boolean not null default true,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint stores_code unique (tenant_id, facility_id, code)
);
create index stores_order on stores (tenant_id, created_at desc, id);
select tenant_table('stores');
alter table stores add constraint stores_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);

-- The same batch at another price, expiry or from another vendor is another lot
create table lots (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  item_id uuid not null,
  batch text collate "C" not null,
  expires_on date not null,
  mrp numeric(14,3) check (mrp >= 0),
  mrp_quantity numeric(14,3) not null default 1 check (mrp_quantity > 0),
  currency text not null,
  vendor_id uuid,
  unit_cost numeric(18,6) not null default 0 check (unit_cost >= 0),
  state text not null default 'available' check (state in ('available', 'quarantined', 'recalled')),
  state_reason text not null default '',
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint lots_identity unique nulls not distinct (tenant_id, item_id, batch, expires_on, mrp, mrp_quantity, vendor_id, unit_cost)
);
create index lots_expiry on lots (tenant_id, expires_on, id);
create index lots_item on lots (tenant_id, item_id, expires_on, id);
create index lots_state on lots (tenant_id, state, expires_on, id);
create index lots_vendor on lots (tenant_id, vendor_id);
create index lots_batch on lots (tenant_id, batch, id);
select tenant_table('lots');
alter table lots add constraint lots_item_fk foreign key (tenant_id, item_id) references items (tenant_id, id);
alter table lots add constraint lots_vendor_fk foreign key (tenant_id, vendor_id) references vendors (tenant_id, id);
create trigger lots_final before update or delete on lots for each row execute function kernel.keep_unchanged('state', 'state_reason', 'version');

-- What a store has of a lot: moved by the same transaction as the ledger, never below nothing
create table stock_balances (
  tenant_id uuid not null,
  store_id uuid not null,
  lot_id uuid not null,
  item_id uuid not null,
  expires_on date not null,
  quantity numeric(14,3) not null default 0,
  is_in_stock boolean not null generated always as (quantity > 0) stored,
  is_held boolean not null default false,
  bin text not null default '',
  last_moved_at timestamptz not null,
  primary key (tenant_id, store_id, lot_id),
  constraint stock_balances_not_negative check (quantity >= 0)
);
create index stock_balances_lot on stock_balances (tenant_id, lot_id);
create index stock_balances_item on stock_balances (tenant_id, item_id, is_in_stock, store_id);
create index stock_balances_store on stock_balances (tenant_id, store_id, is_in_stock, expires_on, lot_id);
create index stock_balances_pick on stock_balances (tenant_id, store_id, item_id, is_in_stock);
create index stock_balances_expiry on stock_balances (tenant_id, is_in_stock, expires_on, lot_id, store_id);
create index stock_balances_all on stock_balances (tenant_id, expires_on, lot_id, store_id);
create index stock_balances_store_all on stock_balances (tenant_id, store_id, expires_on, lot_id);
select tenant_table('stock_balances', false);
alter table stock_balances add constraint stock_balances_store_fk foreign key (tenant_id, store_id) references stores (tenant_id, id);
alter table stock_balances add constraint stock_balances_lot_fk foreign key (tenant_id, lot_id) references lots (tenant_id, id);
alter table stock_balances add constraint stock_balances_item_fk foreign key (tenant_id, item_id) references items (tenant_id, id);

create table stock_documents (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  number text collate "C" not null,
  kind text not null,
  store_id uuid not null,
  facility_id uuid not null,
  patient_id uuid,
  reason text not null default '',
  reference text not null default '',
  witness_id uuid,
  occurred_at timestamptz not null,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint stock_documents_number unique (tenant_id, facility_id, number)
);
create index stock_documents_time on stock_documents (tenant_id, created_at desc, id);
create index stock_documents_store on stock_documents (tenant_id, store_id, created_at desc, id);
create index stock_documents_patient on stock_documents (tenant_id, patient_id);
create index stock_documents_facility on stock_documents (tenant_id, facility_id, created_at desc, id);
select tenant_table('stock_documents');
alter table stock_documents add constraint stock_documents_store_fk foreign key (tenant_id, store_id) references stores (tenant_id, id);
alter table stock_documents add constraint stock_documents_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table stock_documents add constraint stock_documents_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
create trigger stock_documents_final before update or delete on stock_documents for each row execute function kernel.keep_unchanged('patient_id');

-- The ledger of stock: rows are only added, so it is its own history and is not copied to the audit
create table stock_movements (
  tenant_id uuid not null,
  id uuid not null,
  kind text not null check (kind in ('opening', 'purchase', 'purchase-return', 'issue', 'dispense', 'sale', 'return', 'transfer', 'adjustment', 'expiry', 'wastage', 'count', 'preparation')),
  store_id uuid not null,
  lot_id uuid not null,
  item_id uuid not null,
  quantity numeric(14,3) not null check (quantity <> 0),
  unit_cost numeric(18,6) not null,
  document_type text not null,
  document_id uuid not null,
  reason text not null default '',
  patient_id uuid,
  witness_id uuid,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  created_by uuid not null,
  primary key (tenant_id, id)
);
create index stock_movements_time on stock_movements (tenant_id, occurred_at desc, id desc);
create index stock_movements_item on stock_movements (tenant_id, item_id, occurred_at desc, id desc);
create index stock_movements_lot on stock_movements (tenant_id, lot_id, occurred_at desc, id desc);
create index stock_movements_store on stock_movements (tenant_id, store_id, occurred_at desc, id desc);
create index stock_movements_balance on stock_movements (tenant_id, store_id, lot_id, occurred_at) include (quantity);
create index stock_movements_register on stock_movements (tenant_id, store_id, item_id, occurred_at desc, id desc) include (quantity);
create index stock_movements_document on stock_movements (tenant_id, document_id, id);
create index stock_movements_patient on stock_movements (tenant_id, patient_id, occurred_at desc);
select tenant_table('stock_movements', false);
alter table stock_movements add constraint stock_movements_store_fk foreign key (tenant_id, store_id) references stores (tenant_id, id);
alter table stock_movements add constraint stock_movements_lot_fk foreign key (tenant_id, lot_id) references lots (tenant_id, id);
alter table stock_movements add constraint stock_movements_item_fk foreign key (tenant_id, item_id) references items (tenant_id, id);
alter table stock_movements add constraint stock_movements_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
create trigger stock_movements_final before update or delete on stock_movements for each row execute function kernel.keep_unchanged('patient_id');

-- Sums of the ledger by month: stock of a past date and consumption without reading the whole ledger
create table stock_months (
  tenant_id uuid not null,
  store_id uuid not null,
  lot_id uuid not null,
  month date not null,
  kind text not null,
  item_id uuid not null,
  quantity numeric(14,3) not null,
  cost numeric(18,6) not null,
  primary key (tenant_id, store_id, lot_id, month, kind)
);
create index stock_months_item on stock_months (tenant_id, item_id, month);
create index stock_months_lot on stock_months (tenant_id, lot_id);
select tenant_table('stock_months', false);
alter table stock_months add constraint stock_months_store_fk foreign key (tenant_id, store_id) references stores (tenant_id, id);
alter table stock_months add constraint stock_months_lot_fk foreign key (tenant_id, lot_id) references lots (tenant_id, id);
alter table stock_months add constraint stock_months_item_fk foreign key (tenant_id, item_id) references items (tenant_id, id);

create table transfers (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  number text collate "C" not null,
  state text not null check (state in ('requested', 'dispatched', 'received', 'cancelled')),
  facility_id uuid not null,
  from_store_id uuid not null,
  to_store_id uuid not null,
  transit_store_id uuid not null,
  reason text not null default '',
  dispatched_at timestamptz,
  received_at timestamptz,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint transfers_number unique (tenant_id, facility_id, number),
  constraint transfers_between check (from_store_id <> to_store_id)
);
create index transfers_time on transfers (tenant_id, created_at desc, id);
create index transfers_state on transfers (tenant_id, state, created_at desc, id);
create index transfers_from on transfers (tenant_id, from_store_id, created_at desc, id);
create index transfers_to on transfers (tenant_id, to_store_id, created_at desc, id);
create index transfers_facility on transfers (tenant_id, facility_id, created_at desc, id);
create index transfers_transit on transfers (tenant_id, transit_store_id);
select tenant_table('transfers');
alter table transfers add constraint transfers_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table transfers add constraint transfers_from_fk foreign key (tenant_id, from_store_id) references stores (tenant_id, id);
alter table transfers add constraint transfers_to_fk foreign key (tenant_id, to_store_id) references stores (tenant_id, id);
alter table transfers add constraint transfers_transit_fk foreign key (tenant_id, transit_store_id) references stores (tenant_id, id);

create table transfer_lines (
  tenant_id uuid not null,
  id uuid not null,
  transfer_id uuid not null,
  item_id uuid not null,
  requested numeric(14,3) not null check (requested >= 0),
  lot_id uuid,
  dispatched numeric(14,3) not null default 0,
  received numeric(14,3) not null default 0,
  short numeric(14,3) not null default 0,
  reason text not null default '',
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint transfer_lines_whole check (dispatched >= 0 and received >= 0 and short >= 0 and received + short <= dispatched)
);
create index transfer_lines_transfer on transfer_lines (tenant_id, transfer_id, id);
create index transfer_lines_item on transfer_lines (tenant_id, item_id);
create index transfer_lines_lot on transfer_lines (tenant_id, lot_id);
select tenant_table('transfer_lines');
alter table transfer_lines add constraint transfer_lines_transfer_fk foreign key (tenant_id, transfer_id) references transfers (tenant_id, id);
alter table transfer_lines add constraint transfer_lines_item_fk foreign key (tenant_id, item_id) references items (tenant_id, id);
alter table transfer_lines add constraint transfer_lines_lot_fk foreign key (tenant_id, lot_id) references lots (tenant_id, id);

create table stock_counts (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  number text collate "C" not null,
  state text not null check (state in ('counting', 'counted', 'approved', 'cancelled')),
  facility_id uuid not null,
  store_id uuid not null,
  is_blind boolean not null,
  reason text not null default '',
  frozen_at timestamptz not null,
  counted_by uuid,
  approved_by uuid,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint stock_counts_number unique (tenant_id, facility_id, number)
);
create index stock_counts_time on stock_counts (tenant_id, created_at desc, id);
create index stock_counts_store on stock_counts (tenant_id, store_id, created_at desc, id);
create index stock_counts_facility on stock_counts (tenant_id, facility_id);
-- A store is counted once at a time: what is frozen stays still
create unique index stock_counts_open on stock_counts (tenant_id, store_id) where (state in ('counting', 'counted'));
select tenant_table('stock_counts');
alter table stock_counts add constraint stock_counts_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table stock_counts add constraint stock_counts_store_fk foreign key (tenant_id, store_id) references stores (tenant_id, id);

create table stock_count_lines (
  tenant_id uuid not null,
  id uuid not null,
  stock_count_id uuid not null,
  item_id uuid not null,
  lot_id uuid not null,
  expected numeric(14,3) not null,
  counted numeric(14,3) check (counted >= 0),
  reason text not null default '',
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint stock_count_lines_lot unique (tenant_id, stock_count_id, lot_id)
);
create index stock_count_lines_item on stock_count_lines (tenant_id, item_id);
create index stock_count_lines_of_lot on stock_count_lines (tenant_id, lot_id);
select tenant_table('stock_count_lines');
alter table stock_count_lines add constraint stock_count_lines_count_fk foreign key (tenant_id, stock_count_id) references stock_counts (tenant_id, id);
alter table stock_count_lines add constraint stock_count_lines_item_fk foreign key (tenant_id, item_id) references items (tenant_id, id);
alter table stock_count_lines add constraint stock_count_lines_lot_fk foreign key (tenant_id, lot_id) references lots (tenant_id, id);
