create table interaction_lists (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  name text not null,
  list_version text not null,
  source text not null default '',
  pairs int not null,
  is_active boolean not null default true,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint interaction_lists_name unique (tenant_id, name, list_version)
);
create index interaction_lists_time on interaction_lists (tenant_id, created_at desc, id);
select tenant_table('interaction_lists');

-- Pairs of folded substances, the lesser first: two probes answer whatever the order
create table interactions (
  tenant_id uuid not null,
  list_id uuid not null,
  a text collate "C" not null,
  b text collate "C" not null,
  severity text not null check (severity in ('stop', 'warn', 'inform')),
  text text not null default '',
  primary key (tenant_id, a, b, list_id),
  constraint interactions_order check (a <= b)
);
create index interactions_list on interactions (tenant_id, list_id);
select tenant_table('interactions', false);
alter table interactions add constraint interactions_list_fk foreign key (tenant_id, list_id) references interaction_lists (tenant_id, id);

create table safety_overrides (
  tenant_id uuid not null,
  id uuid not null,
  alert_key text not null,
  kind text not null,
  severity text not null,
  message text not null,
  source text not null,
  stage text not null,
  patient_id uuid not null,
  subject_type text not null,
  subject_id uuid,
  reason text not null,
  created_at timestamptz not null,
  created_by uuid not null,
  primary key (tenant_id, id)
);
create index safety_overrides_time on safety_overrides (tenant_id, created_at desc, id);
create index safety_overrides_patient on safety_overrides (tenant_id, patient_id, created_at desc, id);
create index safety_overrides_subject on safety_overrides (tenant_id, subject_id, alert_key);
create index safety_overrides_key on safety_overrides (tenant_id, alert_key);
select tenant_table('safety_overrides');
alter table safety_overrides add constraint safety_overrides_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
create trigger safety_overrides_final before update or delete on safety_overrides for each row execute function kernel.keep_unchanged('patient_id');
