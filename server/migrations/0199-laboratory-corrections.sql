-- Where a hospital asks for two persons, a correction of a released result waits here for the second: what it is to say, who entered it and when. Empty where none waits
alter table results add column amendment jsonb not null default '{}';
alter table results add constraint results_amendment check (jsonb_typeof(amendment) = 'object' and (amendment = '{}' or (state = 'released' and amendment ?& array['by', 'at', 'reason', 'status'])));

-- Rejected control runs are few among many
create index qc_runs_rejected on qc_runs (tenant_id, facility_id, test_id, measured_at desc) where state = 'rejected';
