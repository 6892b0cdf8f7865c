alter table purchase_orders add column mailed_to text not null default '';

-- What a vendor asks from a day on; the latest that has begun is the price
create table vendor_prices (
  tenant_id uuid not null,
  id uuid not null,
  vendor_id uuid not null,
  item_id uuid not null,
  unit text not null,
  unit_price numeric(18,6) not null check (unit_price >= 0),
  currency text not null,
  valid_from date not null,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint vendor_prices_once unique (tenant_id, vendor_id, item_id, unit, valid_from)
);
create index vendor_prices_time on vendor_prices (tenant_id, created_at desc, id);
create index vendor_prices_vendor on vendor_prices (tenant_id, vendor_id, created_at desc, id);
create index vendor_prices_item on vendor_prices (tenant_id, item_id, valid_from desc);
select tenant_table('vendor_prices');
alter table vendor_prices add constraint vendor_prices_vendor_fk foreign key (tenant_id, vendor_id) references vendors (tenant_id, id);
alter table vendor_prices add constraint vendor_prices_item_fk foreign key (tenant_id, item_id) references items (tenant_id, id);
