-- When a report may be shown to its patient: a rule of its tests may make it wait.
alter table lab_reports add column patient_due_at timestamptz;
create index lab_reports_due on lab_reports (tenant_id, patient_due_at) where patient_told_at is null and patient_due_at is not null;

-- Breakpoints as the laboratory enters them: the tables of EUCAST and CLSI are licensed, none is shipped.
create table lab_breakpoints (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  organism text not null,
  organism_folded text collate "C" not null,
  antibiotic text not null,
  antibiotic_folded text collate "C" not null,
  method text not null check (method in ('mic', 'disk')),
  susceptible numeric(12,4) not null,
  resistant numeric(12,4) not null,
  tier int not null default 1 check (tier between 1 and 3),
  source text not null,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint lab_breakpoints_once unique (tenant_id, organism_folded, antibiotic_folded, method),
  constraint lab_breakpoints_order check (case method when 'mic' then susceptible <= resistant else susceptible >= resistant end)
);
create index lab_breakpoints_list on lab_breakpoints (tenant_id, organism_folded, id);
select tenant_table('lab_breakpoints');

-- Reagents on the bench: a lot is opened, lasts so many days and tests, and is taken from stock where it is kept there.
create table reagent_lots (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  facility_id uuid not null,
  name text not null,
  lot_number text not null,
  instrument_id uuid,
  store_id uuid,
  item_id uuid,
  stock_lot_id uuid,
  expires_on date not null,
  on_board_days int check (on_board_days between 1 and 1000),
  tests_total int not null check (tests_total between 1 and 1000000),
  tests_left int not null,
  state text not null default 'waiting' check (state in ('waiting', 'in-use', 'finished', 'discarded')),
  opened_at timestamptz,
  on_board_until date,
  ended_at timestamptz,
  reason text not null default '',
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint reagent_lots_opened check (state = 'waiting' or state = 'discarded' or opened_at is not null),
  constraint reagent_lots_left check (tests_left >= 0 and tests_left <= tests_total)
);
create index reagent_lots_time on reagent_lots (tenant_id, created_at desc, id);
create index reagent_lots_facility on reagent_lots (tenant_id, facility_id, state, created_at desc, id);
create index reagent_lots_instrument on reagent_lots (tenant_id, instrument_id);
create index reagent_lots_item on reagent_lots (tenant_id, item_id);
create index reagent_lots_stock_lot on reagent_lots (tenant_id, stock_lot_id);
create index reagent_lots_store on reagent_lots (tenant_id, store_id);
select tenant_table('reagent_lots');
alter table reagent_lots add constraint reagent_lots_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table reagent_lots add constraint reagent_lots_item_fk foreign key (tenant_id, item_id) references items (tenant_id, id);
alter table reagent_lots add constraint reagent_lots_store_fk foreign key (tenant_id, store_id) references stores (tenant_id, id);
alter table reagent_lots add constraint reagent_lots_stock_lot_fk foreign key (tenant_id, stock_lot_id) references lots (tenant_id, id);

create table reagent_lot_tests (
  tenant_id uuid not null,
  id uuid not null,
  lot_id uuid not null,
  test_id uuid not null,
  primary key (tenant_id, id),
  constraint reagent_lot_tests_once unique (tenant_id, lot_id, test_id)
);
create index reagent_lot_tests_test on reagent_lot_tests (tenant_id, test_id);
select tenant_table('reagent_lot_tests');
alter table reagent_lot_tests add constraint reagent_lot_tests_lot_fk foreign key (tenant_id, lot_id) references reagent_lots (tenant_id, id);
alter table reagent_lot_tests add constraint reagent_lot_tests_test_fk foreign key (tenant_id, test_id) references lab_tests (tenant_id, id);

-- Laboratories tubes are sent to, and centres that collect for this one.
create table lab_partners (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  kind text not null check (kind in ('send-out', 'collecting-centre')),
  name text not null,
  name_folded text collate "C" not null,
  accreditation text not null default '',
  phone text not null default '',
  address text not null default '',
  turnaround_hours int check (turnaround_hours between 1 and 10000),
  is_active boolean not null default true,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint lab_partners_name unique (tenant_id, kind, name_folded)
);
create index lab_partners_list on lab_partners (tenant_id, name_folded, id);
select tenant_table('lab_partners');

-- The way of a tube between laboratories: from a collecting centre to here, or from here to another laboratory.
create table specimen_journeys (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  specimen_id uuid not null,
  patient_id uuid not null,
  facility_id uuid not null,
  partner_id uuid not null,
  direction text not null check (direction in ('out', 'in')),
  state text not null default 'on-the-way' check (state in ('on-the-way', 'arrived', 'reported', 'lost')),
  courier text not null default '',
  temperature text not null default '',
  their_reference text not null default '',
  sent_at timestamptz not null,
  due_at timestamptz,
  arrived_at timestamptz,
  ended_at timestamptz,
  note text not null default '',
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id)
);
create unique index specimen_journeys_one_open on specimen_journeys (tenant_id, specimen_id, direction) where state in ('on-the-way', 'arrived');
create index specimen_journeys_specimen on specimen_journeys (tenant_id, specimen_id);
create index specimen_journeys_time on specimen_journeys (tenant_id, sent_at desc, id);
create index specimen_journeys_facility on specimen_journeys (tenant_id, facility_id, state, sent_at desc, id);
create index specimen_journeys_partner on specimen_journeys (tenant_id, partner_id, sent_at desc, id);
create index specimen_journeys_patient on specimen_journeys (tenant_id, patient_id);
select tenant_table('specimen_journeys');
alter table specimen_journeys add constraint specimen_journeys_specimen_fk foreign key (tenant_id, specimen_id) references specimens (tenant_id, id);
alter table specimen_journeys add constraint specimen_journeys_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table specimen_journeys add constraint specimen_journeys_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table specimen_journeys add constraint specimen_journeys_partner_fk foreign key (tenant_id, partner_id) references lab_partners (tenant_id, id);
