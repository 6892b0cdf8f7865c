-- Why a tube was not fit, from a list, so that the months can be compared; in words it stands in `reason` as before.
alter table specimens add column reject_cause text not null default '' check (reject_cause in ('', 'haemolysed', 'clotted', 'insufficient', 'unlabelled', 'wrong-tube', 'leaked', 'too-old', 'other'));
alter table specimens add constraint specimens_cause_of_rejected check (reject_cause = '' or state = 'rejected');
