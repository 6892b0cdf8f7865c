create table stock_settings (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  near_expiry_days int not null check (near_expiry_days between 1 and 365),
  approval_limit numeric(14,3) not null check (approval_limit >= 0),
  storekeeper_id uuid,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint stock_settings_once unique (tenant_id)
);
select tenant_table('stock_settings');

create table manufacturers (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  name text not null,
  name_folded text collate "C" not null,
  licence_number text not null default '',
  phone text not null default '',
  email text not null default '',
  address text not null default '',
  is_active boolean not null default true,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint manufacturers_name unique (tenant_id, name_folded)
);
create index manufacturers_order on manufacturers (tenant_id, name_folded, id);
select tenant_table('manufacturers');
insert into manufacturers (tenant_id, id, name, name_folded, created_at)
  select distinct on (tenant_id, manufacturer_folded) tenant_id, gen_random_uuid(), manufacturer, manufacturer_folded, created_at from items where manufacturer_folded <> '' order by tenant_id, manufacturer_folded, id;

-- What the storekeeper should see to: opened and closed by the daily look at the stock
create table stock_alerts (
  tenant_id uuid not null,
  id uuid not null,
  facility_id uuid not null,
  kind text not null check (kind in ('low', 'expiring', 'expired')),
  item_id uuid not null,
  lot_id uuid,
  quantity numeric(14,3) not null,
  expires_on date,
  created_at timestamptz not null,
  created_by uuid,
  closed_at timestamptz,
  primary key (tenant_id, id)
);
create unique index stock_alerts_open on stock_alerts (tenant_id, facility_id, kind, item_id, lot_id) nulls not distinct where (closed_at is null);
create index stock_alerts_list on stock_alerts (tenant_id, facility_id, created_at desc, id) where (closed_at is null);
create index stock_alerts_time on stock_alerts (tenant_id, created_at desc, id) where (closed_at is null);
create index stock_alerts_item on stock_alerts (tenant_id, item_id);
create index stock_alerts_lot on stock_alerts (tenant_id, lot_id);
select tenant_table('stock_alerts', false);
alter table stock_alerts add constraint stock_alerts_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table stock_alerts add constraint stock_alerts_item_fk foreign key (tenant_id, item_id) references items (tenant_id, id);
alter table stock_alerts add constraint stock_alerts_lot_fk foreign key (tenant_id, lot_id) references lots (tenant_id, id);
