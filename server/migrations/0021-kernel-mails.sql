-- Mails that wait to be sent; address and text are sealed and go once it is sent
create table outgoing_mails (
  tenant_id uuid not null,
  id uuid not null,
  content_sealed bytea,
  state text not null check (state in ('queued', 'sent', 'failed')),
  tries int not null default 0,
  created_at timestamptz not null,
  sent_at timestamptz,
  primary key (tenant_id, id),
  check ((content_sealed is null) = (state = 'sent'))
);
create index outgoing_mails_state on outgoing_mails (tenant_id, state, created_at);
select tenant_table('outgoing_mails', false);
