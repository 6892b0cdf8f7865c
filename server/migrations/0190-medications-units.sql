-- What a quantity counts: tablets, millilitres; empty where neither dose nor stock says it
alter table prescription_items add column unit text not null default '' constraint prescription_items_unit check (char_length(unit) <= 40);
