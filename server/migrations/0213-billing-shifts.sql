-- What a facility asks of its tills
create table till_settings (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  facility_id uuid not null,
  is_shift_required boolean not null default false,
  difference_limit numeric(14,3) not null default 0 check (difference_limit >= 0),
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint till_settings_facility unique (tenant_id, facility_id)
);
select tenant_table('till_settings');
alter table till_settings add constraint till_settings_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);

-- The time one person has a till: what he takes meanwhile is his to account for
create table cashier_shifts (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  facility_id uuid not null,
  cashier_id uuid not null,
  till text not null check (length(till) between 1 and 60),
  till_folded text collate "C" not null,
  state text not null check (state in ('open', 'counted', 'in-review', 'closed')),
  currency text not null,
  opening_float numeric(14,3) not null check (opening_float >= 0),
  opened_at timestamptz not null,
  opened_on date not null,
  counted_at timestamptz,
  expected numeric(14,3),
  counted numeric(14,3) check (counted >= 0),
  deviation numeric(14,3) check (deviation >= 0),
  reason text not null default '' check (length(reason) <= 500),
  left_in_till numeric(14,3) check (left_in_till >= 0),
  closed_at timestamptz,
  approved_by uuid,
  approved_at timestamptz,
  approval_note text not null default '' check (length(approval_note) <= 500),
  primary key (tenant_id, id),
  constraint cashier_shifts_counted check ((state = 'open') = (counted_at is null) and (counted_at is null) = (deviation is null) and (counted_at is null) = (expected is null) and (counted_at is null) = (counted is null)),
  constraint cashier_shifts_ended check ((state = 'closed') = (closed_at is not null)),
  constraint cashier_shifts_explained check (state in ('open', 'counted') or deviation = 0 or reason <> ''),
  constraint cashier_shifts_approved check ((approved_by is null) = (approved_at is null) and approved_by <> cashier_id and (approved_by is null or state = 'closed'))
);
-- One shift a person and one person a till, until what is in it is told
create unique index cashier_shifts_one on cashier_shifts (tenant_id, cashier_id) where state in ('open', 'counted');
create unique index cashier_shifts_till on cashier_shifts (tenant_id, facility_id, till_folded) where state in ('open', 'counted');
create index cashier_shifts_time on cashier_shifts (tenant_id, opened_at desc, id);
create index cashier_shifts_facility on cashier_shifts (tenant_id, facility_id, opened_at desc, id);
create index cashier_shifts_state on cashier_shifts (tenant_id, facility_id, state, opened_at desc, id);
create index cashier_shifts_cashier on cashier_shifts (tenant_id, cashier_id, opened_at desc, id);
select tenant_table('cashier_shifts');
alter table cashier_shifts add constraint cashier_shifts_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
create trigger cashier_shifts_final before update on cashier_shifts for each row execute function kernel.keep_unchanged('version', 'state', 'counted_at', 'expected', 'counted', 'deviation', 'reason', 'left_in_till', 'closed_at', 'approved_by', 'approved_at', 'approval_note');
create trigger cashier_shifts_over before update on cashier_shifts for each row when (old.state = 'closed') execute function kernel.keep_unchanged('');
create trigger cashier_shifts_kept before delete on cashier_shifts for each row execute function kernel.keep_unchanged();

-- Each count of a till, the first one blind: a second count never hides it
create table cashier_shift_counts (
  tenant_id uuid not null,
  id uuid not null,
  shift_id uuid not null,
  attempt int not null check (attempt between 1 and 100),
  method text not null check (method in ('cash', 'card', 'upi', 'bank', 'wallet', 'insurance')),
  expected numeric(14,3) not null,
  counted numeric(14,3) not null check (counted >= 0),
  denominations jsonb not null default '[]',
  created_at timestamptz not null,
  created_by uuid not null,
  primary key (tenant_id, id),
  constraint cashier_shift_counts_once unique (tenant_id, shift_id, attempt, method)
);
select tenant_table('cashier_shift_counts');
alter table cashier_shift_counts add constraint cashier_shift_counts_shift_fk foreign key (tenant_id, shift_id) references cashier_shifts (tenant_id, id);
create trigger cashier_shift_counts_final before update or delete on cashier_shift_counts for each row execute function kernel.keep_unchanged('');

-- Cash that goes into a till or out of it without a sale
create table cashier_shift_moves (
  tenant_id uuid not null,
  id uuid not null,
  shift_id uuid not null,
  kind text not null check (kind in ('handed-over', 'topped-up')),
  amount numeric(14,3) not null check (amount > 0),
  person_id uuid not null,
  note text not null default '' check (length(note) <= 300),
  is_closing boolean not null default false,
  created_at timestamptz not null,
  created_by uuid not null,
  primary key (tenant_id, id),
  constraint cashier_shift_moves_other check (person_id <> created_by)
);
create index cashier_shift_moves_shift on cashier_shift_moves (tenant_id, shift_id, created_at, id);
select tenant_table('cashier_shift_moves');
alter table cashier_shift_moves add constraint cashier_shift_moves_shift_fk foreign key (tenant_id, shift_id) references cashier_shifts (tenant_id, id);
create trigger cashier_shift_moves_final before update or delete on cashier_shift_moves for each row execute function kernel.keep_unchanged('');

alter table payments add column shift_id uuid;
create index payments_shift on payments (tenant_id, shift_id, received_at desc, id) where shift_id is not null;
alter table payments add constraint payments_shift_fk foreign key (tenant_id, shift_id) references cashier_shifts (tenant_id, id);
alter table sale_payments add column shift_id uuid;
create index sale_payments_shift on sale_payments (tenant_id, shift_id, created_at desc, id) where shift_id is not null;
alter table sale_payments add constraint sale_payments_shift_fk foreign key (tenant_id, shift_id) references cashier_shifts (tenant_id, id);

-- Only a shift that is open takes money; whoever counts it waits for those who take
create function kernel.guard_cashier_shift() returns trigger language plpgsql as $$
begin
  perform 1 from cashier_shifts where tenant_id = new.tenant_id and id = new.shift_id and state = 'open' for share;
  if not found then
    raise exception 'this shift takes no more money' using errcode = '23514', constraint = 'cashier_shifts_taking';
  end if;
  return new;
end $$;
create trigger payments_shift_open before insert on payments for each row when (new.shift_id is not null) execute function kernel.guard_cashier_shift();
create trigger sale_payments_shift_open before insert on sale_payments for each row when (new.shift_id is not null) execute function kernel.guard_cashier_shift();
create trigger cashier_shift_moves_open before insert on cashier_shift_moves for each row when (not new.is_closing) execute function kernel.guard_cashier_shift();
