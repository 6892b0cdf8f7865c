-- What a count finds missing or too much is explained where it is written down; counts from before stand as they were made
alter table register_counts add constraint register_counts_explained check (counted = expected or note <> '') not valid;
