-- Who was told, as what and by which number; and within which time somebody had to know: frozen when it was raised
alter table alerts
  add column told_role text not null default '' check (length(told_role) <= 60),
  add column told_phone text not null default '' check (length(told_phone) <= 40),
  -- What it is about, as a report counts it: the analyte; empty for a sensitive test
  add column topic text not null default '' check (length(topic) <= 200),
  add column visit_class text not null default '' check (visit_class in ('', 'outpatient', 'inpatient', 'emergency', 'tele', 'day-care')),
  add column limit_minutes int check (limit_minutes between 1 and 10080);
alter table escalation_rules add column limit_minutes int check (limit_minutes between 1 and 10080);
create index alerts_facility_time on alerts (tenant_id, facility_id, raised_at desc, id);
