-- When a lot was in a store at all: stock of a past date looks only at what was there then, not at every lot there ever was
alter table stock_balances add column first_moved_at timestamptz not null default '-infinity';
alter table stock_balances alter column first_moved_at set default 'infinity';
alter table stock_balances add column empty_since timestamptz not null generated always as (case when quantity > 0 then 'infinity' else last_moved_at end) stored;
drop index stock_balances_all;
drop index stock_balances_store_all;
create index stock_balances_all on stock_balances (tenant_id, expires_on, lot_id, store_id) include (first_moved_at, empty_since);
create index stock_balances_store_all on stock_balances (tenant_id, store_id, expires_on, lot_id) include (first_moved_at, empty_since);
