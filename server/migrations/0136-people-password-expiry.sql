-- Under the classic policy a password runs out
alter table sign_in_attempts drop constraint sign_in_attempts_outcome_check;
alter table sign_in_attempts add constraint sign_in_attempts_outcome_check check (outcome in ('success', 'wrong-password', 'second-factor-asked', 'wrong-second-factor', 'inactive', 'paused', 'password-expired'));
