-- What is asked for at once stands first on the bench and on the round of collection; what is done stays by its time
alter table results add column urgency int not null generated always as (case priority when 'stat' then 0 when 'urgent' then 1 else 2 end) stored;
drop index results_open;
create index results_open on results (tenant_id, facility_id, urgency, created_at desc, id) where is_open;
alter table specimens add column urgency int not null generated always as (case priority when 'stat' then 0 when 'urgent' then 1 else 2 end) stored;
-- Each row stands in one of the two, as it stood in the one before
drop index specimens_state;
create index specimens_state on specimens (tenant_id, facility_id, state, created_at desc, id) where state not in ('requested', 'collected');
create index specimens_waiting on specimens (tenant_id, facility_id, state, urgency, created_at desc, id) where state in ('requested', 'collected');
