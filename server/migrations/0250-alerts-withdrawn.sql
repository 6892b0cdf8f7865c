-- An alert about what was never true is withdrawn by whoever says so, with the reason, and whoever was told hears it
alter table alerts drop constraint alerts_state_check;
alter table alerts add constraint alerts_state_check check (state in ('open', 'escalated', 'acknowledged', 'withdrawn'));
alter table alerts
  add column withdrawn_at timestamptz,
  add column withdrawn_by uuid,
  add column withdrawn_reason text not null default '' check (length(withdrawn_reason) <= 500);
alter table alerts add constraint alerts_withdrawn check ((state = 'withdrawn') = (withdrawn_at is not null));
alter table alert_recipients
  add column withdrawn_at timestamptz,
  add column withdrawal_seen_at timestamptz;
create index alert_recipients_withdrawn on alert_recipients (tenant_id, user_id, alert_id) where withdrawn_at is not null and withdrawal_seen_at is null;
