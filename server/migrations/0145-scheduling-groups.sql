create table rooms (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  facility_id uuid not null,
  name text not null,
  places int not null check (places between 1 and 1000),
  is_active boolean not null default true,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint rooms_name unique (tenant_id, facility_id, name)
);
select tenant_table('rooms');
alter table rooms add constraint rooms_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);

-- Sessions of one course share a course_id; a single session is a course of one
create table group_sessions (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  course_id uuid not null,
  facility_id uuid not null,
  practitioner_id uuid,
  room_id uuid,
  name text not null,
  note text not null default '',
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  local_date date not null,
  local_time text not null,
  time_zone text not null,
  places int not null,
  taken int not null default 0,
  state text not null constraint group_sessions_state check (state in ('scheduled', 'in-progress', 'completed', 'cancelled')),
  cancel_reason text not null default '',
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint group_sessions_places check (taken >= 0 and taken <= places),
  constraint group_sessions_somewhere check (practitioner_id is not null or room_id is not null),
  constraint group_sessions_span check (ends_at > starts_at)
);
create index group_sessions_facility on group_sessions (tenant_id, facility_id, starts_at, id);
create index group_sessions_practitioner on group_sessions (tenant_id, practitioner_id, starts_at, id);
create index group_sessions_room on group_sessions (tenant_id, room_id, starts_at, id);
create index group_sessions_course on group_sessions (tenant_id, course_id, starts_at, id);
create index group_sessions_time on group_sessions (tenant_id, starts_at, id);
select tenant_table('group_sessions');
alter table group_sessions add constraint group_sessions_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table group_sessions add constraint group_sessions_practitioner_fk foreign key (tenant_id, practitioner_id) references users (tenant_id, id);
alter table group_sessions add constraint group_sessions_room_fk foreign key (tenant_id, room_id) references rooms (tenant_id, id);

create table group_enrolments (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  session_id uuid not null,
  patient_id uuid not null,
  facility_id uuid not null,
  state text not null constraint group_enrolments_state check (state in ('waiting', 'offered', 'enrolled', 'checked-in', 'absent', 'cancelled')),
  note text not null default '',
  checked_in_at timestamptz,
  cancelled_by text constraint group_enrolments_by check (cancelled_by in ('patient', 'clinic')),
  cancel_reason text not null default '',
  -- A session was moved or cancelled, and this person has not heard of it yet
  is_to_tell boolean not null default false,
  told_at timestamptz,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint group_enrolments_came check ((state = 'checked-in') = (checked_in_at is not null)),
  constraint group_enrolments_left check ((state = 'cancelled') = (cancelled_by is not null))
);
create index group_enrolments_session on group_enrolments (tenant_id, session_id, created_at, id);
create index group_enrolments_patient on group_enrolments (tenant_id, patient_id, created_at, id);
create index group_enrolments_facility on group_enrolments (tenant_id, facility_id);
-- Once somebody has come or not, it is history: a merge of two records may bring it together
create unique index group_enrolments_once on group_enrolments (tenant_id, session_id, patient_id) where state in ('waiting', 'offered', 'enrolled');
select tenant_table('group_enrolments');
alter table group_enrolments add constraint group_enrolments_session_fk foreign key (tenant_id, session_id) references group_sessions (tenant_id, id);
alter table group_enrolments add constraint group_enrolments_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table group_enrolments add constraint group_enrolments_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);

-- How many places are taken follows from the enrolments, whoever writes them; group_sessions_places then refuses one too many
create function kernel.count_group_places() returns trigger language plpgsql as $$
declare
  before int := 0;
  after int := 0;
begin
  if tg_op <> 'INSERT' and old.state in ('enrolled', 'checked-in', 'absent') then before := 1; end if;
  if tg_op <> 'DELETE' and new.state in ('enrolled', 'checked-in', 'absent') then after := 1; end if;
  if after <> before then
    update group_sessions set taken = taken + after - before where tenant_id = coalesce(new.tenant_id, old.tenant_id) and id = coalesce(new.session_id, old.session_id);
  end if;
  return null;
end $$;
create trigger group_enrolments_count after insert or delete or update of state on group_enrolments for each row execute function kernel.count_group_places();
