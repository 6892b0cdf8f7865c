-- The same tube, test, value and time is the same result, sent again under another header: when it was measured, as the instrument writes it
alter table instrument_bin add column measured_at text not null default '' check (length(measured_at) <= 26);
create index instrument_bin_tube on instrument_bin (tenant_id, instrument_id, specimen_number);
create index instrument_bin_measured on instrument_bin (tenant_id, instrument_id, measured_at) where measured_at <> '';
