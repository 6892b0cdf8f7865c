-- What is asked of released results alone need not hold those that wait: an order writes fewer places.
drop index results_patient;
drop index results_series;
drop index results_released;
create index results_patient on results (tenant_id, patient_id, collected_at desc, id) where released_at is not null;
create index results_series on results (tenant_id, patient_id, test_id, collected_at desc, id) where released_at is not null;
create index results_released on results (tenant_id, facility_id, released_at desc) where released_at is not null;
