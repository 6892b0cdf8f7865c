-- What one user may do beyond the roles, or may not do in spite of them; a denial wins. Rows end, they are never changed.
create table user_rights (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  user_id uuid not null,
  facility_id uuid,
  permission text not null,
  effect text not null constraint user_rights_effect check (effect in ('grant', 'deny')),
  reason text not null,
  starts_at timestamptz not null,
  ends_at timestamptz,
  given_at timestamptz not null,
  given_by uuid not null,
  ended_at timestamptz,
  ended_by uuid,
  primary key (tenant_id, id),
  constraint user_rights_period check (ends_at is null or ends_at > starts_at),
  constraint user_rights_other check (given_by <> user_id)
);
create index user_rights_user on user_rights (tenant_id, user_id, given_at desc, id);
create index user_rights_facility on user_rights (tenant_id, facility_id);
select tenant_table('user_rights');
alter table user_rights add constraint user_rights_user_fk foreign key (tenant_id, user_id) references users (tenant_id, id);
alter table user_rights add constraint user_rights_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
