-- Imports of a tenant run one after another: two at once would each add what the other has not committed yet
update imports set state = 'queued' where state = 'running';
create unique index imports_one_running on imports (tenant_id) where state = 'running';

-- Which system the records come from: ids of two systems are two records
alter table imports add column source text not null default '';
