-- The queue belongs to the day of the check-in in the facility's zone, not to the day the appointment was made for.
alter table appointments add column queue_on date generated always as ((checked_in_at at time zone time_zone)::date) stored;
alter table appointments add column started_at timestamptz;
drop index appointments_queue;
create index appointments_queue on appointments (tenant_id, facility_id, queue_on, token);
-- Tokens were counted per facility and day of the appointment: numbered anew where two would meet, and the counters go on from there.
with doubled as (
  select tenant_id, facility_id, practitioner_id, queue_on from appointments where token is not null and queue_on is not null
  group by tenant_id, facility_id, practitioner_id, queue_on having count(*) > count(distinct token)
), numbered as (
  select a.tenant_id, a.id, row_number() over (partition by a.tenant_id, a.facility_id, a.practitioner_id, a.queue_on order by a.checked_in_at, a.id) as place
  from appointments a join doubled d on d.tenant_id = a.tenant_id and d.facility_id = a.facility_id and d.practitioner_id = a.practitioner_id and d.queue_on = a.queue_on
  where a.token is not null
)
update appointments a set token = n.place, version = a.version + 1 from numbered n where n.tenant_id = a.tenant_id and n.id = a.id;
insert into number_counters (tenant_id, scope, kind, series, fiscal_year, last_number)
select tenant_id, facility_id::text, 'token', practitioner_id || ':' || queue_on, '', max(token) from appointments where token is not null and queue_on is not null
group by tenant_id, facility_id, practitioner_id, queue_on;
alter table appointments add constraint appointments_token_once unique (tenant_id, facility_id, practitioner_id, queue_on, token);

create table appointment_moves (
  tenant_id uuid not null,
  id uuid not null,
  appointment_id uuid not null,
  from_practitioner_id uuid not null,
  from_starts_at timestamptz not null,
  to_practitioner_id uuid not null,
  to_starts_at timestamptz not null,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id)
);
create index appointment_moves_appointment on appointment_moves (tenant_id, appointment_id, created_at, id);
select tenant_table('appointment_moves');
alter table appointment_moves add constraint appointment_moves_appointment_fk foreign key (tenant_id, appointment_id) references appointments (tenant_id, id);

-- Which freed slot a waiting patient was offered
alter table waiting_list add column offered_practitioner_id uuid;
alter table waiting_list add column offered_starts_at timestamptz;
create index waiting_list_offered on waiting_list (tenant_id, offered_practitioner_id, offered_starts_at);
alter table waiting_list add constraint waiting_list_offered_fk foreign key (tenant_id, offered_practitioner_id) references users (tenant_id, id);
