-- What was measured with a lot is counted in some rows beside it: a counter in the lot itself let all who measure with it stand in one line until each was done
create table reagent_uses (
  tenant_id uuid not null,
  id uuid not null,
  lot_id uuid not null,
  part int not null check (part between 0 and 31),
  tests int not null check (tests > 0),
  primary key (tenant_id, id),
  constraint reagent_uses_once unique (tenant_id, lot_id, part)
);
select tenant_table('reagent_uses', false);
alter table reagent_uses add constraint reagent_uses_lot_fk foreign key (tenant_id, lot_id) references reagent_lots (tenant_id, id);
