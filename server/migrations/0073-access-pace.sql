-- Somebody opened charts faster than a person can: one alarm a user and span
create table access_alarms (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  user_id uuid not null,
  charts int not null,
  minutes int not null,
  span bigint not null,
  raised_at timestamptz not null,
  state text not null default 'open' constraint access_alarms_state check (state in ('open', 'closed')),
  closed_at timestamptz,
  closed_by uuid,
  note text not null default '',
  primary key (tenant_id, id),
  constraint access_alarms_once unique (tenant_id, user_id, span),
  constraint access_alarms_closed check ((state = 'closed') = (closed_by is not null)),
  constraint access_alarms_other check (closed_by is distinct from user_id)
);
create index access_alarms_time on access_alarms (tenant_id, raised_at desc, id);
create index access_alarms_state on access_alarms (tenant_id, state, raised_at desc, id);
select tenant_table('access_alarms');
alter table access_alarms add constraint access_alarms_user_fk foreign key (tenant_id, user_id) references users (tenant_id, id);
