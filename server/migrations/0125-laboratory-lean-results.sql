-- Whether a result is still worked on. Its state changes with each step, and an index that held the state made each step write every index of the row.
alter table results add column is_open boolean not null generated always as (state in ('pending', 'received', 'verified', 'approved')) stored;
drop index results_work;
drop index results_bench;
create index results_open on results (tenant_id, facility_id, created_at desc, id) where is_open;
-- A page keeps room for the steps of its own rows
alter table results set (fillfactor = 60);

-- An item of an order and a test are never deleted; what asks for them asks for released results
drop index results_order_item;
drop index results_test;
create index results_test on results (tenant_id, test_id, released_at desc) where released_at is not null;

-- What most rows leave empty need not be found by its emptiness
drop index results_encounter;
create index results_encounter on results (tenant_id, encounter_id, created_at desc) where encounter_id is not null;
drop index specimens_encounter;
create index specimens_encounter on specimens (tenant_id, encounter_id, created_at desc) where encounter_id is not null;
drop index specimens_aliquot;
create index specimens_aliquot on specimens (tenant_id, aliquot_of) where aliquot_of is not null;
alter table specimens drop constraint specimens_recollected_once;
create unique index specimens_recollected_once on specimens (tenant_id, recollection_of) where recollection_of is not null;
drop index orders_encounter;
create index orders_encounter on orders (tenant_id, encounter_id, placed_at desc, id) where encounter_id is not null;
drop index orders_set;
create index orders_set on orders (tenant_id, order_set_id) where order_set_id is not null;
alter table orders drop constraint orders_replaced_once;
create unique index orders_replaced_once on orders (tenant_id, replaces_id) where replaces_id is not null;
alter table order_items drop constraint order_items_continued_once;
create unique index order_items_continued_once on order_items (tenant_id, continues_id) where continues_id is not null;
drop index order_items_service;
create index order_items_service on order_items (tenant_id, service_id) where service_id is not null;
