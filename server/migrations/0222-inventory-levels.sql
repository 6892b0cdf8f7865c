-- What a store should have of an item: when it is low, up to what it is filled, and what it may hold at most.
create table store_levels (
  tenant_id uuid not null,
  id uuid not null,
  store_id uuid not null,
  item_id uuid not null,
  reorder_level numeric(14,3) check (reorder_level >= 0),
  par_level numeric(14,3) check (par_level > 0),
  maximum_level numeric(14,3) check (maximum_level > 0),
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint store_levels_once unique (tenant_id, store_id, item_id),
  constraint store_levels_some check (coalesce(reorder_level, par_level, maximum_level) is not null),
  constraint store_levels_order check (coalesce(reorder_level, 0) <= coalesce(par_level, maximum_level, reorder_level, 0) and coalesce(par_level, 0) <= coalesce(maximum_level, par_level, 0))
);
create index store_levels_item on store_levels (tenant_id, item_id);
select tenant_table('store_levels');
alter table store_levels add constraint store_levels_store_fk foreign key (tenant_id, store_id) references stores (tenant_id, id);
alter table store_levels add constraint store_levels_item_fk foreign key (tenant_id, item_id) references items (tenant_id, id);
