-- The same tube, patient, test, value, unit and time of an instrument stands in the bin once, also where two transmissions of it come at the same moment: a hash of them, empty for what may be somebody else's
alter table instrument_bin add column content_key text check (char_length(content_key) between 1 and 60);
create unique index instrument_bin_once on instrument_bin (tenant_id, instrument_id, content_key);
-- An order for an instrument without an address waits for the line the instrument opens
alter table instrument_messages add column for_line boolean not null default false;
create index instrument_messages_for_line on instrument_messages (tenant_id, instrument_id, received_at) where for_line and state = 'waiting';
