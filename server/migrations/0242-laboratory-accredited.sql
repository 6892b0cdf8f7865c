-- From when to when a test stands in the scope of accreditation, as [{"from": day, "to": day or missing}]: a result measured outside of it is printed as not in scope
alter table lab_tests add column accredited jsonb not null default '[]' check (jsonb_typeof(accredited) = 'array' and jsonb_array_length(accredited) <= 20);
