-- Arguments of the trigger: the columns that may still change
create function kernel.keep_unchanged() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or (to_jsonb(new) - tg_argv) is distinct from (to_jsonb(old) - tg_argv) then
    raise exception 'this row is final' using errcode = '23514', constraint = tg_table_name || '_final';
  end if;
  return new;
end $$;

create table services (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  code text not null,
  name text not null,
  name_folded text collate "C" not null,
  code_folded text collate "C" not null,
  category text not null default '',
  tax_code text not null default '',
  is_active boolean not null default true,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint services_code unique (tenant_id, code)
);
create index services_name on services (tenant_id, name_folded, id);
create index services_code_folded on services (tenant_id, code_folded);
select tenant_table('services');

create table service_prices (
  tenant_id uuid not null,
  id uuid not null,
  service_id uuid not null,
  facility_id uuid,
  amount numeric(14,3) not null check (amount >= 0),
  currency text not null,
  tax_rate_percent numeric(6,3) not null default 0 check (tax_rate_percent >= 0 and tax_rate_percent <= 100),
  is_tax_included boolean not null default false,
  valid_from date not null,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint service_prices_from unique nulls not distinct (tenant_id, service_id, facility_id, valid_from)
);
create index service_prices_facility on service_prices (tenant_id, facility_id);
select tenant_table('service_prices');
alter table service_prices add constraint service_prices_service_fk foreign key (tenant_id, service_id) references services (tenant_id, id);
alter table service_prices add constraint service_prices_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);

create table charge_rules (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  trigger text not null check (trigger in ('encounter-opened', 'encounter-started', 'encounter-closed')),
  encounter_class text,
  system text,
  facility_id uuid,
  service_id uuid not null,
  is_active boolean not null default true,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id)
);
create index charge_rules_trigger on charge_rules (tenant_id, trigger);
create index charge_rules_time on charge_rules (tenant_id, created_at desc, id);
create index charge_rules_service on charge_rules (tenant_id, service_id);
create index charge_rules_facility on charge_rules (tenant_id, facility_id);
select tenant_table('charge_rules');
alter table charge_rules add constraint charge_rules_service_fk foreign key (tenant_id, service_id) references services (tenant_id, id);
alter table charge_rules add constraint charge_rules_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);

create table invoices (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  kind text not null check (kind in ('tax-invoice', 'bill-of-supply')),
  state text not null check (state in ('draft', 'issued', 'part-paid', 'paid', 'credited', 'cancelled')),
  number text collate "C" check (length(number) <= 16),
  fiscal_year text,
  patient_id uuid not null,
  encounter_id uuid,
  facility_id uuid not null,
  currency text not null,
  buyer jsonb not null default '{}',
  is_inter_state boolean not null default false,
  subtotal numeric(14,3) not null,
  discount numeric(14,3) not null,
  taxable numeric(14,3) not null,
  cgst numeric(14,3) not null,
  sgst numeric(14,3) not null,
  igst numeric(14,3) not null,
  tax numeric(14,3) not null,
  round_off numeric(14,3) not null,
  total numeric(14,3) not null,
  paid numeric(14,3) not null default 0,
  credited numeric(14,3) not null default 0,
  refunded numeric(14,3) not null default 0,
  cancel_reason text not null default '',
  issued_at timestamptz,
  issued_on date,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint invoices_number unique (tenant_id, facility_id, number),
  constraint invoices_numbered check ((number is null) = (state in ('draft', 'cancelled')) and (number is null) = (issued_at is null)),
  constraint invoices_sums check (taxable = subtotal - discount and tax >= 0 and total = taxable + tax + round_off and total >= 0),
  constraint invoices_balance check (credited >= 0 and credited <= total and refunded >= 0 and refunded <= paid and paid - refunded <= total)
);
create index invoices_time on invoices (tenant_id, created_at desc, id);
create index invoices_patient on invoices (tenant_id, patient_id, created_at desc, id);
create index invoices_encounter on invoices (tenant_id, encounter_id, created_at desc, id);
create index invoices_facility on invoices (tenant_id, facility_id, created_at desc, id);
create index invoices_state on invoices (tenant_id, facility_id, state, created_at desc, id);
select tenant_table('invoices');
alter table invoices add constraint invoices_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table invoices add constraint invoices_encounter_fk foreign key (tenant_id, encounter_id) references encounters (tenant_id, id);
alter table invoices add constraint invoices_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
-- An issued bill is final: a credit note corrects it
create trigger invoices_final before update on invoices for each row when (old.state <> 'draft') execute function kernel.keep_unchanged('state', 'version', 'paid', 'credited', 'refunded', 'patient_id');
create trigger invoices_kept before delete on invoices for each row execute function kernel.keep_unchanged();

create table charges (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  patient_id uuid not null,
  encounter_id uuid,
  facility_id uuid not null,
  service_id uuid not null,
  code text not null,
  name text not null,
  tax_code text not null,
  quantity numeric(14,3) not null check (quantity > 0),
  unit_price numeric(14,3) not null check (unit_price >= 0),
  currency text not null,
  tax_rate_percent numeric(6,3) not null,
  is_tax_included boolean not null,
  source_type text not null,
  source_id uuid,
  rule_id uuid,
  state text not null default 'open' check (state in ('open', 'invoiced', 'cancelled')),
  invoice_id uuid,
  cancel_reason text not null default '',
  occurred_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint charges_source unique (tenant_id, source_type, source_id, rule_id),
  constraint charges_invoiced check ((state = 'invoiced') = (invoice_id is not null))
);
create index charges_time on charges (tenant_id, occurred_at desc, id);
create index charges_patient on charges (tenant_id, patient_id, occurred_at desc, id);
create index charges_encounter on charges (tenant_id, encounter_id, occurred_at desc, id);
create index charges_facility on charges (tenant_id, facility_id, state, occurred_at desc);
create index charges_service on charges (tenant_id, service_id);
create index charges_rule on charges (tenant_id, rule_id);
create index charges_invoice on charges (tenant_id, invoice_id);
select tenant_table('charges');
alter table charges add constraint charges_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table charges add constraint charges_encounter_fk foreign key (tenant_id, encounter_id) references encounters (tenant_id, id);
alter table charges add constraint charges_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table charges add constraint charges_service_fk foreign key (tenant_id, service_id) references services (tenant_id, id);
alter table charges add constraint charges_rule_fk foreign key (tenant_id, rule_id) references charge_rules (tenant_id, id);
alter table charges add constraint charges_invoice_fk foreign key (tenant_id, invoice_id) references invoices (tenant_id, id);

create table invoice_lines (
  tenant_id uuid not null,
  id uuid not null,
  invoice_id uuid not null,
  patient_id uuid not null,
  position int not null,
  service_id uuid not null,
  charge_id uuid,
  code text not null,
  name text not null,
  tax_code text not null,
  quantity numeric(14,3) not null check (quantity > 0),
  unit_price numeric(14,3) not null,
  is_tax_included boolean not null,
  tax_rate_percent numeric(6,3) not null,
  gross numeric(14,3) not null,
  discount numeric(14,3) not null,
  taxable numeric(14,3) not null,
  cgst numeric(14,3) not null,
  sgst numeric(14,3) not null,
  igst numeric(14,3) not null,
  tax numeric(14,3) not null,
  total numeric(14,3) not null,
  credited_quantity numeric(14,3) not null default 0,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint invoice_lines_sums check (total = taxable + tax),
  constraint invoice_lines_credited check (credited_quantity >= 0 and credited_quantity <= quantity)
);
create index invoice_lines_invoice on invoice_lines (tenant_id, invoice_id, position);
create index invoice_lines_patient on invoice_lines (tenant_id, patient_id);
create index invoice_lines_service on invoice_lines (tenant_id, service_id);
create index invoice_lines_charge on invoice_lines (tenant_id, charge_id);
select tenant_table('invoice_lines');
alter table invoice_lines add constraint invoice_lines_invoice_fk foreign key (tenant_id, invoice_id) references invoices (tenant_id, id);
alter table invoice_lines add constraint invoice_lines_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table invoice_lines add constraint invoice_lines_service_fk foreign key (tenant_id, service_id) references services (tenant_id, id);
alter table invoice_lines add constraint invoice_lines_charge_fk foreign key (tenant_id, charge_id) references charges (tenant_id, id);
-- Lines of a bill that is no draft are final, but for what was credited of them
create function kernel.guard_invoice_line() returns trigger language plpgsql as $$
declare
  line invoice_lines := coalesce(new, old);
  bill_state text := (select state from invoices where tenant_id = line.tenant_id and id = line.invoice_id);
  free text[] := array['credited_quantity', 'patient_id'];
begin
  if bill_state <> 'draft' and (tg_op <> 'UPDATE' or (to_jsonb(new) - free) is distinct from (to_jsonb(old) - free)) then
    raise exception 'this row is final' using errcode = '23514', constraint = 'invoice_lines_final';
  end if;
  return coalesce(new, old);
end $$;
create trigger invoice_lines_final before insert or update or delete on invoice_lines for each row execute function kernel.guard_invoice_line();

create table deposits (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  number text collate "C" not null check (length(number) <= 16),
  patient_id uuid not null,
  facility_id uuid not null,
  amount numeric(14,3) not null check (amount > 0),
  used numeric(14,3) not null default 0,
  refunded numeric(14,3) not null default 0,
  currency text not null,
  method text not null,
  reference text not null default '',
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint deposits_number unique (tenant_id, facility_id, number),
  constraint deposits_remaining check (used >= 0 and refunded >= 0 and used + refunded <= amount)
);
create index deposits_time on deposits (tenant_id, created_at desc, id);
create index deposits_patient on deposits (tenant_id, patient_id, created_at desc, id);
create index deposits_facility on deposits (tenant_id, facility_id, created_at desc, id);
select tenant_table('deposits');
alter table deposits add constraint deposits_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table deposits add constraint deposits_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
create trigger deposits_final before update or delete on deposits for each row execute function kernel.keep_unchanged('version', 'used', 'refunded', 'patient_id');

-- The ledger of money: rows are only added
create table payments (
  tenant_id uuid not null,
  id uuid not null,
  number text collate "C" not null check (length(number) <= 16),
  kind text not null check (kind in ('payment', 'refund', 'deposit', 'deposit-refund')),
  invoice_id uuid,
  deposit_id uuid,
  patient_id uuid not null,
  facility_id uuid not null,
  method text not null check (method in ('cash', 'card', 'upi', 'bank', 'wallet', 'insurance', 'deposit')),
  amount numeric(14,3) not null check (amount > 0),
  currency text not null,
  reference text not null default '',
  reason text not null default '',
  received_on date not null,
  received_at timestamptz not null,
  received_by uuid not null,
  primary key (tenant_id, id),
  constraint payments_number unique (tenant_id, facility_id, number)
);
create index payments_time on payments (tenant_id, received_at desc, id);
create index payments_invoice on payments (tenant_id, invoice_id, received_at desc, id);
create index payments_deposit on payments (tenant_id, deposit_id);
create index payments_patient on payments (tenant_id, patient_id, received_at desc, id);
create index payments_facility on payments (tenant_id, facility_id, received_at desc, id);
create index payments_day on payments (tenant_id, facility_id, received_on);
select tenant_table('payments');
alter table payments add constraint payments_invoice_fk foreign key (tenant_id, invoice_id) references invoices (tenant_id, id);
alter table payments add constraint payments_deposit_fk foreign key (tenant_id, deposit_id) references deposits (tenant_id, id);
alter table payments add constraint payments_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table payments add constraint payments_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
create trigger payments_final before update or delete on payments for each row execute function kernel.keep_unchanged('patient_id');

create table credit_notes (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  number text collate "C" not null check (length(number) <= 16),
  invoice_id uuid not null,
  patient_id uuid not null,
  facility_id uuid not null,
  currency text not null,
  reason text not null,
  subtotal numeric(14,3) not null,
  discount numeric(14,3) not null,
  taxable numeric(14,3) not null,
  cgst numeric(14,3) not null,
  sgst numeric(14,3) not null,
  igst numeric(14,3) not null,
  tax numeric(14,3) not null,
  round_off numeric(14,3) not null,
  total numeric(14,3) not null check (total >= 0),
  issued_on date not null,
  issued_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint credit_notes_number unique (tenant_id, facility_id, number),
  constraint credit_notes_sums check (taxable = subtotal - discount and total = taxable + tax + round_off)
);
create index credit_notes_time on credit_notes (tenant_id, issued_at desc, id);
create index credit_notes_invoice on credit_notes (tenant_id, invoice_id, issued_at desc, id);
create index credit_notes_patient on credit_notes (tenant_id, patient_id);
create index credit_notes_facility on credit_notes (tenant_id, facility_id, issued_at desc, id);
select tenant_table('credit_notes');
alter table credit_notes add constraint credit_notes_invoice_fk foreign key (tenant_id, invoice_id) references invoices (tenant_id, id);
alter table credit_notes add constraint credit_notes_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table credit_notes add constraint credit_notes_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
create trigger credit_notes_final before update or delete on credit_notes for each row execute function kernel.keep_unchanged('patient_id');

create table credit_note_lines (
  tenant_id uuid not null,
  id uuid not null,
  credit_note_id uuid not null,
  patient_id uuid not null,
  invoice_line_id uuid not null,
  position int not null,
  quantity numeric(14,3) not null check (quantity > 0),
  gross numeric(14,3) not null,
  discount numeric(14,3) not null,
  taxable numeric(14,3) not null,
  cgst numeric(14,3) not null,
  sgst numeric(14,3) not null,
  igst numeric(14,3) not null,
  tax numeric(14,3) not null,
  total numeric(14,3) not null,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id)
);
create index credit_note_lines_note on credit_note_lines (tenant_id, credit_note_id, position);
create index credit_note_lines_patient on credit_note_lines (tenant_id, patient_id);
create index credit_note_lines_line on credit_note_lines (tenant_id, invoice_line_id);
select tenant_table('credit_note_lines');
alter table credit_note_lines add constraint credit_note_lines_note_fk foreign key (tenant_id, credit_note_id) references credit_notes (tenant_id, id);
alter table credit_note_lines add constraint credit_note_lines_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
alter table credit_note_lines add constraint credit_note_lines_line_fk foreign key (tenant_id, invoice_line_id) references invoice_lines (tenant_id, id);
create trigger credit_note_lines_final before update or delete on credit_note_lines for each row execute function kernel.keep_unchanged('patient_id');
