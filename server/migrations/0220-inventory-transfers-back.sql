-- Goods on their way are called back or refused: they stay in transit until the sender has taken them back.
alter table transfers drop constraint transfers_state_check;
alter table transfers add constraint transfers_state_check check (state in ('requested', 'dispatched', 'received', 'cancelled', 'returning', 'returned'));
alter table transfers add column back_reason text not null default '';
alter table transfers add column returned_at timestamptz;
alter table transfers add constraint transfers_back_reason_length check (length(back_reason) <= 500);
alter table transfer_lines add column sent_back numeric(14,3) not null default 0;
alter table transfer_lines add column taken_back numeric(14,3) not null default 0;
alter table transfer_lines add constraint transfer_lines_back check (sent_back >= 0 and taken_back >= 0 and taken_back <= sent_back and received + sent_back <= dispatched and received + short + taken_back <= dispatched);

-- What was sent and did not arrive: open until another than who noticed it has explained it or let it be written off.
create table transfer_shortages (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  state text not null default 'open' check (state in ('open', 'explained', 'written-off')),
  transfer_id uuid not null,
  transfer_line_id uuid not null,
  from_facility_id uuid not null,
  to_facility_id uuid not null,
  item_id uuid not null,
  lot_id uuid not null,
  quantity numeric(14,3) not null check (quantity > 0),
  unit_cost numeric(18,6) not null check (unit_cost >= 0),
  currency text not null,
  is_on_way_back boolean not null default false,
  reason text not null,
  explanation text not null default '',
  found_store_id uuid,
  settled_at timestamptz,
  settled_by uuid,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint transfer_shortages_reason_length check (length(reason) <= 500 and length(explanation) <= 500),
  constraint transfer_shortages_settled check ((state = 'open') = (settled_at is null) and (state = 'open' or explanation <> '')),
  constraint transfer_shortages_second_person check (settled_by is null or created_by is null or settled_by <> created_by)
);
create index transfer_shortages_time on transfer_shortages (tenant_id, created_at desc, id);
create index transfer_shortages_state on transfer_shortages (tenant_id, state, created_at desc, id);
create index transfer_shortages_transfer on transfer_shortages (tenant_id, transfer_id);
create index transfer_shortages_line on transfer_shortages (tenant_id, transfer_line_id);
create index transfer_shortages_from on transfer_shortages (tenant_id, from_facility_id, created_at desc, id);
create index transfer_shortages_to on transfer_shortages (tenant_id, to_facility_id, created_at desc, id);
create index transfer_shortages_item on transfer_shortages (tenant_id, item_id);
create index transfer_shortages_lot on transfer_shortages (tenant_id, lot_id);
create index transfer_shortages_found on transfer_shortages (tenant_id, found_store_id);
select tenant_table('transfer_shortages');
alter table transfer_shortages add constraint transfer_shortages_transfer_fk foreign key (tenant_id, transfer_id) references transfers (tenant_id, id);
alter table transfer_shortages add constraint transfer_shortages_line_fk foreign key (tenant_id, transfer_line_id) references transfer_lines (tenant_id, id);
alter table transfer_shortages add constraint transfer_shortages_from_fk foreign key (tenant_id, from_facility_id) references facilities (tenant_id, id);
alter table transfer_shortages add constraint transfer_shortages_to_fk foreign key (tenant_id, to_facility_id) references facilities (tenant_id, id);
alter table transfer_shortages add constraint transfer_shortages_item_fk foreign key (tenant_id, item_id) references items (tenant_id, id);
alter table transfer_shortages add constraint transfer_shortages_lot_fk foreign key (tenant_id, lot_id) references lots (tenant_id, id);
alter table transfer_shortages add constraint transfer_shortages_found_fk foreign key (tenant_id, found_store_id) references stores (tenant_id, id);
-- What was short before this list began stays as it was: on its transfer and as wastage in the ledger.
