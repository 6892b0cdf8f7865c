-- A code by SMS beside a stronger factor; the number is sealed, the name shows its last digits only
alter table second_factors drop constraint second_factors_kind_check;
alter table second_factors add constraint second_factors_kind_check check (kind in ('totp', 'passkey', 'email', 'sms'));
alter table second_factors add column target_sealed bytea;
alter table second_factors add constraint second_factors_sms_target check ((kind = 'sms') = (target_sealed is not null));
