-- A prescription from outside: who wrote it, and how they are reached. The order itself is entered by whoever registers it.
create table lab_walk_ins (
  tenant_id uuid not null,
  id uuid not null,
  order_id uuid not null,
  facility_id uuid not null,
  prescriber_name text not null check (length(prescriber_name) between 1 and 120),
  prescriber_phone text not null default '' check (length(prescriber_phone) <= 40),
  prescriber_registration text not null default '' check (length(prescriber_registration) <= 60),
  prescribed_on date,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint lab_walk_ins_once unique (tenant_id, order_id)
);
create index lab_walk_ins_facility on lab_walk_ins (tenant_id, facility_id, created_at desc);
select tenant_table('lab_walk_ins');
alter table lab_walk_ins add constraint lab_walk_ins_order_fk foreign key (tenant_id, order_id) references orders (tenant_id, id);
alter table lab_walk_ins add constraint lab_walk_ins_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
