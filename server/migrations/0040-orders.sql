create table orders (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  patient_id uuid not null,
  encounter_id uuid,
  facility_id uuid not null,
  orderer_id uuid not null,
  priority text not null check (priority in ('routine', 'urgent', 'stat')),
  indication text not null default '',
  timing text not null default '',
  pregnancy_week int check (pregnancy_week between 0 and 45),
  channel text not null default 'written' check (channel in ('written', 'verbal', 'telephone')),
  is_read_back boolean not null default false,
  signed_at timestamptz,
  state text not null default 'active' check (state in ('active', 'in-progress', 'completed', 'revised', 'discontinued', 'cancelled', 'entered-in-error')),
  reason text not null default '',
  replaces_id uuid,
  order_set_id uuid,
  order_set_version int,
  occurred_at timestamptz not null,
  placed_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint orders_replaced_once unique (tenant_id, replaces_id),
  constraint orders_read_back check (channel = 'written' or is_read_back)
);
create index orders_time on orders (tenant_id, placed_at desc, id);
create index orders_patient on orders (tenant_id, patient_id, placed_at desc, id);
create index orders_encounter on orders (tenant_id, encounter_id, placed_at desc, id);
create index orders_facility on orders (tenant_id, facility_id, placed_at desc, id);
create index orders_state on orders (tenant_id, facility_id, state, placed_at desc, id);
create index orders_orderer on orders (tenant_id, orderer_id, placed_at desc, id);
create index orders_set on orders (tenant_id, order_set_id);
select tenant_table('orders');
alter table orders add constraint orders_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table orders add constraint orders_encounter_fk foreign key (tenant_id, encounter_id) references encounters (tenant_id, id);
alter table orders add constraint orders_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table orders add constraint orders_orderer_fk foreign key (tenant_id, orderer_id) references users (tenant_id, id);
alter table orders add constraint orders_replaces_fk foreign key (tenant_id, replaces_id) references orders (tenant_id, id);

create table order_items (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  order_id uuid not null,
  patient_id uuid not null,
  facility_id uuid not null,
  kind text not null check (kind in ('laboratory', 'imaging', 'medication', 'procedure', 'diet', 'nursing')),
  catalogue_id uuid,
  service_id uuid,
  code text collate "C" not null default '',
  name text not null,
  quantity numeric(14,3) not null default 1 check (quantity > 0),
  instructions text not null default '',
  position int not null,
  state text not null default 'ordered' check (state in ('ordered', 'in-progress', 'completed', 'discontinued', 'cancelled', 'entered-in-error')),
  continues_id uuid,
  placed_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint order_items_continued_once unique (tenant_id, continues_id)
);
create index order_items_order on order_items (tenant_id, order_id, position);
create index order_items_patient on order_items (tenant_id, patient_id, kind, code, placed_at desc);
create index order_items_facility on order_items (tenant_id, facility_id, kind, state, placed_at desc, id);
create index order_items_time on order_items (tenant_id, placed_at desc, id);
create index order_items_service on order_items (tenant_id, service_id);
select tenant_table('order_items');
alter table order_items add constraint order_items_order_fk foreign key (tenant_id, order_id) references orders (tenant_id, id);
alter table order_items add constraint order_items_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table order_items add constraint order_items_service_fk foreign key (tenant_id, service_id) references services (tenant_id, id);
alter table order_items add constraint order_items_continues_fk foreign key (tenant_id, continues_id) references order_items (tenant_id, id);

-- An item of an order is charged once, whoever asks.
create unique index charges_order_item on charges (tenant_id, source_id) where source_type = 'order-item';

-- A set belongs to everybody, or (a favourite) to one person. Its items are kept version by version.
create table order_sets (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  name text not null,
  name_folded text collate "C" not null,
  owner_id uuid,
  is_active boolean not null default true,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint order_sets_name unique nulls not distinct (tenant_id, owner_id, name_folded)
);
create index order_sets_order on order_sets (tenant_id, name_folded, id);
select tenant_table('order_sets');
alter table order_sets add constraint order_sets_owner_fk foreign key (tenant_id, owner_id) references users (tenant_id, id);

create table order_set_versions (
  tenant_id uuid not null,
  id uuid not null,
  order_set_id uuid not null,
  set_version int not null,
  items jsonb not null,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint order_set_versions_once unique (tenant_id, order_set_id, set_version)
);
select tenant_table('order_set_versions');
alter table order_set_versions add constraint order_set_versions_set_fk foreign key (tenant_id, order_set_id) references order_sets (tenant_id, id);
alter table orders add constraint orders_set_fk foreign key (tenant_id, order_set_id) references order_sets (tenant_id, id);
