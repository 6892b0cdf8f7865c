-- Alerts that nobody heeded: still shown, no longer asking for a reason
create table retired_alerts (
  tenant_id uuid not null,
  id uuid not null,
  alert_key text collate "C" not null check (length(alert_key) <= 300),
  message text not null,
  reason text not null,
  created_at timestamptz not null,
  created_by uuid not null,
  primary key (tenant_id, id),
  constraint retired_alerts_key unique (tenant_id, alert_key)
);
create index retired_alerts_time on retired_alerts (tenant_id, created_at desc, id);
select tenant_table('retired_alerts');
