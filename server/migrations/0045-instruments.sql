create table instruments (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  facility_id uuid not null,
  name text not null,
  protocol text not null check (protocol in ('hl7', 'astm')),
  encoding text not null default 'utf-8' check (encoding in ('utf-8', 'latin1', 'windows-1252')),
  listen_port int check (listen_port between 1024 and 65535),
  allowed_address text not null default '',
  send_host text not null default '',
  send_port int check (send_port between 1 and 65535),
  is_active boolean not null default true,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint instruments_port unique (tenant_id, listen_port)
);
create index instruments_time on instruments (tenant_id, created_at desc, id);
create index instruments_facility on instruments (tenant_id, facility_id, created_at desc, id);
select tenant_table('instruments');
alter table instruments add constraint instruments_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);

-- What the instrument calls a test, in which unit it reports, and by what it is multiplied.
create table instrument_codes (
  tenant_id uuid not null,
  id uuid not null,
  instrument_id uuid not null,
  code text collate "C" not null,
  test_id uuid not null,
  unit text not null default '',
  factor numeric(18,9) not null default 1 check (factor > 0),
  primary key (tenant_id, id),
  constraint instrument_codes_once unique (tenant_id, instrument_id, code)
);
create index instrument_codes_test on instrument_codes (tenant_id, test_id);
select tenant_table('instrument_codes');
alter table instrument_codes add constraint instrument_codes_instrument_fk foreign key (tenant_id, instrument_id) references instruments (tenant_id, id);
alter table instrument_codes add constraint instrument_codes_test_fk foreign key (tenant_id, test_id) references lab_tests (tenant_id, id);

-- Every message as it came, whatever became of it.
create table instrument_messages (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  instrument_id uuid not null,
  facility_id uuid not null,
  direction text not null check (direction in ('in', 'out')),
  type text not null default '',
  control_id text not null default '',
  content text not null,
  answer text not null default '',
  state text not null check (state in ('accepted', 'partly', 'rejected', 'waiting', 'sent')),
  error text not null default '',
  results int not null default 0,
  unmatched int not null default 0,
  attempts int not null default 0,
  received_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id)
);
create index instrument_messages_time on instrument_messages (tenant_id, received_at desc, id);
create index instrument_messages_instrument on instrument_messages (tenant_id, instrument_id, received_at desc, id);
create index instrument_messages_facility on instrument_messages (tenant_id, facility_id, received_at desc, id);
create index instrument_messages_state on instrument_messages (tenant_id, state, received_at);
select tenant_table('instrument_messages', false);
alter table instrument_messages add constraint instrument_messages_instrument_fk foreign key (tenant_id, instrument_id) references instruments (tenant_id, id);
alter table instrument_messages add constraint instrument_messages_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);

-- A message that is sent again finds its key taken: it is answered as before and changes nothing.
create table instrument_message_keys (
  tenant_id uuid not null,
  instrument_id uuid not null,
  key text collate "C" not null,
  message_id uuid not null,
  primary key (tenant_id, instrument_id, key)
);
create index instrument_message_keys_message on instrument_message_keys (tenant_id, message_id);
select tenant_table('instrument_message_keys', false);
alter table instrument_message_keys add constraint instrument_message_keys_message_fk foreign key (tenant_id, message_id) references instrument_messages (tenant_id, id);

-- Results that found no tube, test or patient: they wait for a person, nothing is guessed.
create table instrument_bin (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  instrument_id uuid not null,
  facility_id uuid not null,
  message_id uuid not null,
  reason text not null,
  specimen_number text not null default '',
  patient_hint text not null default '',
  code text not null default '',
  name text not null default '',
  value text not null default '',
  unit text not null default '',
  state text not null default 'waiting' check (state in ('waiting', 'matched', 'discarded')),
  note text not null default '',
  result_id uuid,
  decided_at timestamptz,
  decided_by uuid,
  received_at timestamptz not null,
  primary key (tenant_id, id)
);
create index instrument_bin_time on instrument_bin (tenant_id, received_at desc, id);
create index instrument_bin_facility on instrument_bin (tenant_id, facility_id, state, received_at desc, id);
create index instrument_bin_instrument on instrument_bin (tenant_id, instrument_id, received_at desc, id);
create index instrument_bin_message on instrument_bin (tenant_id, message_id);
create index instrument_bin_result on instrument_bin (tenant_id, result_id);
select tenant_table('instrument_bin');
alter table instrument_bin add constraint instrument_bin_instrument_fk foreign key (tenant_id, instrument_id) references instruments (tenant_id, id);
alter table instrument_bin add constraint instrument_bin_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table instrument_bin add constraint instrument_bin_message_fk foreign key (tenant_id, message_id) references instrument_messages (tenant_id, id);
alter table instrument_bin add constraint instrument_bin_result_fk foreign key (tenant_id, result_id) references results (tenant_id, id);
