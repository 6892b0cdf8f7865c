-- Why nobody buys what was asked for.
alter table requisitions add column cancel_reason text not null default '';
alter table requisitions add constraint requisitions_cancel_reason_length check (length(cancel_reason) <= 500);
