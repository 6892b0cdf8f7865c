-- A work-list begins with what is due first; what has no time stands at its end
alter table tasks add column due_order timestamptz not null generated always as (coalesce(due_at, '9999-12-31T00:00:00Z'::timestamptz)) stored;
create index tasks_due_first on tasks (tenant_id, due_order, id);
create index tasks_assignee_due on tasks (tenant_id, assignee_id, due_order, id);
