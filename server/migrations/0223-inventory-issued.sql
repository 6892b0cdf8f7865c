-- Goods issued to a patient lot by lot: each charged once, and what comes back credits that charge.
create table issued_goods (
  tenant_id uuid not null,
  id uuid not null,
  stock_document_id uuid not null,
  facility_id uuid not null,
  store_id uuid not null,
  patient_id uuid not null,
  encounter_id uuid,
  item_id uuid not null,
  lot_id uuid not null,
  quantity numeric(14,3) not null check (quantity > 0),
  returned numeric(14,3) not null default 0,
  charge_id uuid,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint issued_goods_returned check (returned >= 0 and returned <= quantity)
);
create index issued_goods_document on issued_goods (tenant_id, stock_document_id, id);
create index issued_goods_facility on issued_goods (tenant_id, facility_id);
create index issued_goods_store on issued_goods (tenant_id, store_id);
create index issued_goods_patient on issued_goods (tenant_id, patient_id, created_at desc, id);
create index issued_goods_encounter on issued_goods (tenant_id, encounter_id);
create index issued_goods_item on issued_goods (tenant_id, item_id);
create index issued_goods_lot on issued_goods (tenant_id, lot_id);
create index issued_goods_charge on issued_goods (tenant_id, charge_id);
select tenant_table('issued_goods');
alter table issued_goods add constraint issued_goods_document_fk foreign key (tenant_id, stock_document_id) references stock_documents (tenant_id, id);
alter table issued_goods add constraint issued_goods_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table issued_goods add constraint issued_goods_store_fk foreign key (tenant_id, store_id) references stores (tenant_id, id);
alter table issued_goods add constraint issued_goods_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table issued_goods add constraint issued_goods_encounter_fk foreign key (tenant_id, encounter_id) references encounters (tenant_id, id);
alter table issued_goods add constraint issued_goods_item_fk foreign key (tenant_id, item_id) references items (tenant_id, id);
alter table issued_goods add constraint issued_goods_lot_fk foreign key (tenant_id, lot_id) references lots (tenant_id, id);
alter table issued_goods add constraint issued_goods_charge_fk foreign key (tenant_id, charge_id) references charges (tenant_id, id);
