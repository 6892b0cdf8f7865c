-- A rate of tax changes by law on a day: what an item is taxed by from that day on. Until its first row counts what the item says itself
create table item_tax_rates (
  tenant_id uuid not null,
  id uuid not null,
  item_id uuid not null,
  valid_from date not null,
  tax_rate_percent numeric(6,3) not null check (tax_rate_percent between 0 and 100),
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint item_tax_rates_day unique (tenant_id, item_id, valid_from)
);
select tenant_table('item_tax_rates');
alter table item_tax_rates add constraint item_tax_rates_item_fk foreign key (tenant_id, item_id) references items (tenant_id, id);
