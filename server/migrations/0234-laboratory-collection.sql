-- Where, when and by whom a tube is to be taken, and how often it was tried in vain.
alter table specimens
  add column ward text not null default '' check (length(ward) <= 80),
  add column bed text not null default '' check (length(bed) <= 40),
  add column address text not null default '' check (length(address) <= 300),
  add column phone text not null default '' check (length(phone) <= 40),
  add column collect_at timestamptz,
  add column collect_until timestamptz,
  add column collector_id uuid,
  add column attempts int not null default 0 check (attempts between 0 and 1000),
  add column missed_cause text not null default '' check (missed_cause in ('', 'refused', 'absent', 'difficult-vein', 'not-fasting', 'unfit', 'no-material', 'other')),
  add column missed_note text not null default '' check (length(missed_note) <= 300),
  add column missed_at timestamptz;
alter table specimens add constraint specimens_window check (collect_until is null or (collect_at is not null and collect_until >= collect_at));
alter table specimens add constraint specimens_missed check ((attempts = 0) = (missed_at is null) and (attempts = 0) = (missed_cause = ''));
