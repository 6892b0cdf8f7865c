-- From when to when in its month a lot was there, for all that is known: what came after a day or had gone before it is passed over in the index,
-- however many lots come and go within a month. Wider than the truth is harmless, narrower is not.
alter table stock_alive add column here_from timestamptz not null default '-infinity';
alter table stock_alive add column here_to timestamptz not null default 'infinity';
update stock_alive a set here_from = b.first_moved_at, here_to = b.empty_since from stock_balances b where b.tenant_id = a.tenant_id and b.store_id = a.store_id and b.lot_id = a.lot_id;
drop index stock_alive_store;
drop index stock_alive_all;
create index stock_alive_store on stock_alive (tenant_id, store_id, month, expires_on, lot_id) include (here_from, here_to);
create index stock_alive_all on stock_alive (tenant_id, month, expires_on, lot_id, store_id) include (here_from, here_to);
