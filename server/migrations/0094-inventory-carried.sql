update stock_balances b set first_moved_at = coalesce((select min(m.occurred_at) from stock_movements m where m.tenant_id = b.tenant_id and m.store_id = b.store_id and m.lot_id = b.lot_id), 'infinity') where b.first_moved_at = '-infinity';

-- In which months a store had of a lot: stock of a past day is a range of an index, however many lots have come and gone since.
-- A row too many is harmless, what was there on the day is summed for each; none may be missing up to the month of stock_carries.
create table stock_alive (
  tenant_id uuid not null,
  store_id uuid not null,
  lot_id uuid not null,
  month date not null,
  expires_on date not null,
  primary key (tenant_id, store_id, lot_id, month)
);
create index stock_alive_store on stock_alive (tenant_id, store_id, month, expires_on, lot_id);
create index stock_alive_all on stock_alive (tenant_id, month, expires_on, lot_id, store_id);
create index stock_alive_lot on stock_alive (tenant_id, lot_id);
select tenant_table('stock_alive', false);
alter table stock_alive add constraint stock_alive_balance_fk foreign key (tenant_id, store_id, lot_id) references stock_balances (tenant_id, store_id, lot_id);

-- Up to which month the stores of a facility are carried over
create table stock_carries (
  tenant_id uuid not null,
  facility_id uuid not null,
  month date not null,
  primary key (tenant_id, facility_id)
);
select tenant_table('stock_carries', false);
alter table stock_carries add constraint stock_carries_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
