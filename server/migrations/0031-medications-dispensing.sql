alter table prescriptions add column refills int not null default 0;
alter table prescriptions add column refills_used int not null default 0;
alter table prescriptions add column valid_days int not null default 180;
alter table prescriptions add column valid_until date;
alter table prescriptions add constraint prescriptions_refills check (refills between 0 and 11 and refills_used between 0 and refills);
alter table prescriptions add constraint prescriptions_validity check (valid_days between 1 and 365);
alter table dispenses add column refill int not null default 0;
alter table dispenses add column counselling_note text not null default '';
create index dispenses_time on dispenses (tenant_id, created_at desc, id);
