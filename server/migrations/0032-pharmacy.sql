-- A tablet of a strip has no price to the paisa: six decimals keep ten thousand of them exact
alter table charges alter column unit_price type numeric(18,6);
alter table invoice_lines alter column unit_price type numeric(18,6);

create table dispense_items (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  dispense_id uuid not null,
  prescription_id uuid not null,
  prescription_item_id uuid not null,
  patient_id uuid not null,
  facility_id uuid not null,
  store_id uuid not null,
  item_id uuid not null,
  lot_id uuid not null,
  quantity numeric(14,3) not null check (quantity > 0),
  returned numeric(14,3) not null default 0,
  charge_id uuid,
  is_substitute boolean not null default false,
  reason text not null default '',
  witness_id uuid,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint dispense_items_returned check (returned >= 0 and returned <= quantity)
);
create index dispense_items_dispense on dispense_items (tenant_id, dispense_id, id);
create index dispense_items_prescription on dispense_items (tenant_id, prescription_id, id);
create index dispense_items_of_line on dispense_items (tenant_id, prescription_item_id);
create index dispense_items_patient on dispense_items (tenant_id, patient_id, created_at desc, id);
create index dispense_items_facility on dispense_items (tenant_id, facility_id, created_at desc, id);
create index dispense_items_store on dispense_items (tenant_id, store_id, created_at desc, id);
create index dispense_items_item on dispense_items (tenant_id, item_id);
create index dispense_items_lot on dispense_items (tenant_id, lot_id);
create index dispense_items_charge on dispense_items (tenant_id, charge_id);
select tenant_table('dispense_items');
alter table dispense_items add constraint dispense_items_dispense_fk foreign key (tenant_id, dispense_id) references dispenses (tenant_id, id);
alter table dispense_items add constraint dispense_items_prescription_fk foreign key (tenant_id, prescription_id) references prescriptions (tenant_id, id);
alter table dispense_items add constraint dispense_items_line_fk foreign key (tenant_id, prescription_item_id) references prescription_items (tenant_id, id);
alter table dispense_items add constraint dispense_items_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table dispense_items add constraint dispense_items_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table dispense_items add constraint dispense_items_store_fk foreign key (tenant_id, store_id) references stores (tenant_id, id);
alter table dispense_items add constraint dispense_items_item_fk foreign key (tenant_id, item_id) references items (tenant_id, id);
alter table dispense_items add constraint dispense_items_lot_fk foreign key (tenant_id, lot_id) references lots (tenant_id, id);
alter table dispense_items add constraint dispense_items_charge_fk foreign key (tenant_id, charge_id) references charges (tenant_id, id);
create trigger dispense_items_final before update or delete on dispense_items for each row execute function kernel.keep_unchanged('version', 'returned', 'patient_id');

create table sales (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  number text collate "C" not null check (length(number) <= 16),
  kind text not null check (kind in ('sale', 'return')),
  sale_id uuid,
  facility_id uuid not null,
  store_id uuid not null,
  patient_id uuid,
  customer_name text not null default '',
  customer_state_code text not null default '',
  prescriber text not null default '',
  currency text not null,
  is_inter_state boolean not null default false,
  subtotal numeric(14,3) not null,
  discount numeric(14,3) not null,
  taxable numeric(14,3) not null,
  cgst numeric(14,3) not null,
  sgst numeric(14,3) not null,
  igst numeric(14,3) not null,
  tax numeric(14,3) not null,
  round_off numeric(14,3) not null,
  total numeric(14,3) not null check (total >= 0),
  returned_total numeric(14,3) not null default 0,
  reason text not null default '',
  witness_id uuid,
  sold_on date not null,
  created_at timestamptz not null,
  created_by uuid not null,
  primary key (tenant_id, id),
  constraint sales_number unique (tenant_id, facility_id, number),
  constraint sales_sums check (taxable = subtotal - discount and total = taxable + tax + round_off),
  constraint sales_of check ((kind = 'return') = (sale_id is not null)),
  constraint sales_returned check (returned_total >= 0 and returned_total <= total)
);
create index sales_time on sales (tenant_id, created_at desc, id);
create index sales_facility on sales (tenant_id, facility_id, created_at desc, id);
create index sales_store on sales (tenant_id, store_id, created_at desc, id);
create index sales_patient on sales (tenant_id, patient_id, created_at desc, id);
create index sales_day on sales (tenant_id, facility_id, sold_on);
create index sales_sale on sales (tenant_id, sale_id);
select tenant_table('sales');
alter table sales add constraint sales_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table sales add constraint sales_store_fk foreign key (tenant_id, store_id) references stores (tenant_id, id);
alter table sales add constraint sales_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table sales add constraint sales_sale_fk foreign key (tenant_id, sale_id) references sales (tenant_id, id);
create trigger sales_final before update or delete on sales for each row execute function kernel.keep_unchanged('version', 'returned_total', 'patient_id');

create table sale_lines (
  tenant_id uuid not null,
  id uuid not null,
  sale_id uuid not null,
  sale_line_id uuid,
  position int not null,
  item_id uuid not null,
  lot_id uuid not null,
  name text not null,
  tax_code text not null,
  batch text not null,
  expires_on date not null,
  quantity numeric(14,3) not null check (quantity > 0),
  returned numeric(14,3) not null default 0,
  unit_price numeric(18,6) not null,
  is_tax_included boolean not null,
  tax_rate_percent numeric(6,3) not null,
  gross numeric(14,3) not null,
  discount numeric(14,3) not null,
  taxable numeric(14,3) not null,
  cgst numeric(14,3) not null,
  sgst numeric(14,3) not null,
  igst numeric(14,3) not null,
  tax numeric(14,3) not null,
  total numeric(14,3) not null,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint sale_lines_sums check (total = taxable + tax),
  constraint sale_lines_returned check (returned >= 0 and returned <= quantity)
);
create index sale_lines_sale on sale_lines (tenant_id, sale_id, position);
create index sale_lines_item on sale_lines (tenant_id, item_id);
create index sale_lines_lot on sale_lines (tenant_id, lot_id);
create index sale_lines_line on sale_lines (tenant_id, sale_line_id);
select tenant_table('sale_lines');
alter table sale_lines add constraint sale_lines_sale_fk foreign key (tenant_id, sale_id) references sales (tenant_id, id);
alter table sale_lines add constraint sale_lines_item_fk foreign key (tenant_id, item_id) references items (tenant_id, id);
alter table sale_lines add constraint sale_lines_lot_fk foreign key (tenant_id, lot_id) references lots (tenant_id, id);
alter table sale_lines add constraint sale_lines_line_fk foreign key (tenant_id, sale_line_id) references sale_lines (tenant_id, id);
create trigger sale_lines_final before update or delete on sale_lines for each row execute function kernel.keep_unchanged('returned');

create table sale_payments (
  tenant_id uuid not null,
  id uuid not null,
  sale_id uuid not null,
  facility_id uuid not null,
  kind text not null check (kind in ('payment', 'refund')),
  method text not null check (method in ('cash', 'card', 'upi', 'bank', 'wallet', 'insurance')),
  amount numeric(14,3) not null check (amount > 0),
  reference text not null default '',
  received_on date not null,
  created_at timestamptz not null,
  created_by uuid not null,
  primary key (tenant_id, id)
);
create index sale_payments_sale on sale_payments (tenant_id, sale_id);
create index sale_payments_day on sale_payments (tenant_id, facility_id, received_on);
select tenant_table('sale_payments');
alter table sale_payments add constraint sale_payments_sale_fk foreign key (tenant_id, sale_id) references sales (tenant_id, id);
alter table sale_payments add constraint sale_payments_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
create trigger sale_payments_final before update or delete on sale_payments for each row execute function kernel.keep_unchanged('');

-- What was counted of controlled drugs at a shift's end, beside what the register says
create table register_counts (
  tenant_id uuid not null,
  id uuid not null,
  store_id uuid not null,
  item_id uuid not null,
  expected numeric(14,3) not null,
  counted numeric(14,3) not null check (counted >= 0),
  witness_id uuid not null,
  note text not null default '',
  created_at timestamptz not null,
  created_by uuid not null,
  primary key (tenant_id, id),
  constraint register_counts_two check (witness_id <> created_by)
);
create index register_counts_store on register_counts (tenant_id, store_id, item_id, created_at desc, id);
create index register_counts_item on register_counts (tenant_id, item_id);
create index register_counts_time on register_counts (tenant_id, created_at desc, id);
select tenant_table('register_counts');
alter table register_counts add constraint register_counts_store_fk foreign key (tenant_id, store_id) references stores (tenant_id, id);
alter table register_counts add constraint register_counts_item_fk foreign key (tenant_id, item_id) references items (tenant_id, id);
create trigger register_counts_final before update or delete on register_counts for each row execute function kernel.keep_unchanged('');

-- A formula that changes is a new version: what was made keeps the one it was made by
create table formulas (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  item_id uuid not null,
  formula_version int not null,
  system text not null check (system in ('ayurveda', 'homeopathy', 'allopathy')),
  name text not null,
  yield_quantity numeric(14,3) not null check (yield_quantity > 0),
  shelf_life_days int not null check (shelf_life_days between 1 and 7300),
  method text not null default '',
  potency text not null default '',
  is_current boolean not null default true,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint formulas_version unique (tenant_id, item_id, formula_version)
);
create index formulas_time on formulas (tenant_id, created_at desc, id);
select tenant_table('formulas');
alter table formulas add constraint formulas_item_fk foreign key (tenant_id, item_id) references items (tenant_id, id);

create table formula_lines (
  tenant_id uuid not null,
  id uuid not null,
  formula_id uuid not null,
  item_id uuid not null,
  quantity numeric(14,3) not null check (quantity > 0),
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id)
);
create index formula_lines_formula on formula_lines (tenant_id, formula_id, id);
create index formula_lines_item on formula_lines (tenant_id, item_id);
select tenant_table('formula_lines');
alter table formula_lines add constraint formula_lines_formula_fk foreign key (tenant_id, formula_id) references formulas (tenant_id, id);
alter table formula_lines add constraint formula_lines_item_fk foreign key (tenant_id, item_id) references items (tenant_id, id);

create table preparations (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  number text collate "C" not null,
  formula_id uuid not null,
  facility_id uuid not null,
  store_id uuid not null,
  item_id uuid not null,
  lot_id uuid not null,
  planned numeric(14,3) not null check (planned > 0),
  yielded numeric(14,3) not null check (yielded > 0),
  steps jsonb not null default '[]',
  note text not null default '',
  made_on date not null,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint preparations_number unique (tenant_id, facility_id, number)
);
create index preparations_time on preparations (tenant_id, created_at desc, id);
create index preparations_formula on preparations (tenant_id, formula_id);
create index preparations_facility on preparations (tenant_id, facility_id, created_at desc, id);
create index preparations_store on preparations (tenant_id, store_id);
create index preparations_item on preparations (tenant_id, item_id);
create index preparations_lot on preparations (tenant_id, lot_id);
select tenant_table('preparations');
alter table preparations add constraint preparations_formula_fk foreign key (tenant_id, formula_id) references formulas (tenant_id, id);
alter table preparations add constraint preparations_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table preparations add constraint preparations_store_fk foreign key (tenant_id, store_id) references stores (tenant_id, id);
alter table preparations add constraint preparations_item_fk foreign key (tenant_id, item_id) references items (tenant_id, id);
alter table preparations add constraint preparations_lot_fk foreign key (tenant_id, lot_id) references lots (tenant_id, id);
create trigger preparations_final before update or delete on preparations for each row execute function kernel.keep_unchanged('');
