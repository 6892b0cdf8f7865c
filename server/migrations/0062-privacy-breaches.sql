create table breaches (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  title text not null,
  description text not null,
  state text not null check (state in ('open', 'assessed', 'closed', 'dismissed')),
  risk text check (risk in ('low', 'high')),
  regimes text[] not null,
  data_kinds text[] not null default '{}',
  consequences text not null default '',
  measures text not null default '',
  reason text not null default '',
  discovered_at timestamptz not null,
  occurred_from timestamptz,
  occurred_to timestamptz,
  closed_at timestamptz,
  created_at timestamptz not null,
  created_by uuid not null,
  primary key (tenant_id, id)
);
create index breaches_time on breaches (tenant_id, discovered_at desc, id);
create index breaches_state on breaches (tenant_id, state, discovered_at desc, id);
select tenant_table('breaches');

-- Who was told, or why nobody had to be
create table breach_notices (
  tenant_id uuid not null,
  id uuid not null,
  breach_id uuid not null,
  duty text not null,
  sent_at timestamptz,
  reference text not null default '',
  waived_reason text not null default '',
  created_at timestamptz not null,
  created_by uuid not null,
  primary key (tenant_id, id),
  constraint breach_notices_once unique (tenant_id, breach_id, duty),
  constraint breach_notices_sent check ((sent_at is null) <> (waived_reason = ''))
);
select tenant_table('breach_notices');
alter table breach_notices add constraint breach_notices_breach_fk foreign key (tenant_id, breach_id) references breaches (tenant_id, id);

-- The record as it was when it was affected: a merge does not move it, so that one breach may name both
create table breach_patients (
  tenant_id uuid not null,
  id uuid not null,
  breach_id uuid not null,
  patient_id uuid not null,
  origin text not null check (origin in ('audit', 'named')),
  notified_at timestamptz,
  channel text,
  created_at timestamptz not null,
  created_by uuid not null,
  primary key (tenant_id, id),
  constraint breach_patients_once unique (tenant_id, breach_id, patient_id)
);
create index breach_patients_patient on breach_patients (tenant_id, patient_id);
create index breach_patients_list on breach_patients (tenant_id, breach_id, id);
select tenant_table('breach_patients');
alter table breach_patients add constraint breach_patients_breach_fk foreign key (tenant_id, breach_id) references breaches (tenant_id, id);
