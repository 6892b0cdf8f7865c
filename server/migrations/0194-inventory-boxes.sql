-- Why a box was opened last, when and by whom; what leaves it opens it as well
alter table stores add column unsealed_at timestamptz;
alter table stores add column unsealed_by uuid;
alter table stores add column unsealed_reason text not null default '';
alter table stores add constraint stores_unsealed_reason check (length(unsealed_reason) <= 500);

-- What should be in a box, so that what is missing is seen before it is needed
create table store_contents (
  tenant_id uuid not null,
  id uuid not null,
  store_id uuid not null,
  item_id uuid not null,
  quantity numeric(14,3) not null check (quantity > 0),
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint store_contents_once unique (tenant_id, store_id, item_id)
);
create index store_contents_item on store_contents (tenant_id, item_id);
select tenant_table('store_contents');
alter table store_contents add constraint store_contents_store_fk foreign key (tenant_id, store_id) references stores (tenant_id, id);
alter table store_contents add constraint store_contents_item_fk foreign key (tenant_id, item_id) references items (tenant_id, id);
