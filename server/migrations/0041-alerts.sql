create table alerts (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  kind text collate "C" not null,
  severity text not null check (severity in ('info', 'warning', 'critical')),
  patient_id uuid,
  encounter_id uuid,
  facility_id uuid not null,
  subject_type text not null,
  subject_id uuid,
  subject_version int not null default 0,
  title text not null,
  detail text not null default '',
  needs_read_back boolean not null default false,
  state text not null default 'open' check (state in ('open', 'escalated', 'acknowledged')),
  level int not null default 0,
  responsible_id uuid,
  raised_at timestamptz not null,
  due_at timestamptz,
  first_seen_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by uuid,
  told_user_id uuid,
  told_name text not null default '',
  read_back text not null default '',
  note text not null default '',
  -- Null for what the program raised itself.
  raised_by_hand uuid,
  created_by uuid,
  primary key (tenant_id, id),
  -- Raised once for what it is about, however often the cause is told.
  constraint alerts_once unique nulls not distinct (tenant_id, kind, subject_type, subject_id, subject_version, raised_by_hand),
  constraint alerts_closed check ((state = 'acknowledged') = (acknowledged_at is not null)),
  constraint alerts_read_back check (state <> 'acknowledged' or not needs_read_back or (told_name <> '' and read_back <> ''))
);
create index alerts_time on alerts (tenant_id, raised_at desc, id);
create index alerts_facility on alerts (tenant_id, facility_id, state, raised_at desc, id);
create index alerts_patient on alerts (tenant_id, patient_id, raised_at desc, id);
create index alerts_encounter on alerts (tenant_id, encounter_id, raised_at desc);
create index alerts_due on alerts (tenant_id, state, due_at);
select tenant_table('alerts');
alter table alerts add constraint alerts_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table alerts add constraint alerts_encounter_fk foreign key (tenant_id, encounter_id) references encounters (tenant_id, id);
alter table alerts add constraint alerts_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);

create table alert_recipients (
  tenant_id uuid not null,
  id uuid not null,
  alert_id uuid not null,
  user_id uuid not null,
  level int not null,
  raised_at timestamptz not null,
  seen_at timestamptz,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint alert_recipients_once unique (tenant_id, alert_id, user_id)
);
create index alert_recipients_user on alert_recipients (tenant_id, user_id, raised_at desc, alert_id);
select tenant_table('alert_recipients');
alter table alert_recipients add constraint alert_recipients_alert_fk foreign key (tenant_id, alert_id) references alerts (tenant_id, id);
alter table alert_recipients add constraint alert_recipients_user_fk foreign key (tenant_id, user_id) references users (tenant_id, id);

create table escalation_rules (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  kind text collate "C" not null,
  facility_id uuid,
  steps jsonb not null,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint escalation_rules_once unique nulls not distinct (tenant_id, kind, facility_id)
);
create index escalation_rules_facility on escalation_rules (tenant_id, facility_id);
select tenant_table('escalation_rules');
alter table escalation_rules add constraint escalation_rules_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
