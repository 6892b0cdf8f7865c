-- What a test is found by in other languages: each of its names from every word on, as written and folded. It follows from lab_tests.names
create table lab_test_names (
  tenant_id uuid not null,
  test_id uuid not null,
  key text collate "C" not null,
  primary key (tenant_id, test_id, key)
);
create index lab_test_names_key on lab_test_names (tenant_id, key, test_id);
select tenant_table('lab_test_names', false);
alter table lab_test_names add constraint lab_test_names_test_fk foreign key (tenant_id, test_id) references lab_tests (tenant_id, id);

-- Tests that are there are found as their names are written; folded as well once they are changed: the database cannot fold
insert into lab_test_names (tenant_id, test_id, key)
select distinct tenant_id, id, left(variant, 140) from (
  select t.tenant_id, t.id, array_to_string(w.words[at:], ' ') as rest
  from lab_tests t cross join jsonb_each_text(t.names) n cross join lateral (select regexp_split_to_array(btrim(lower(normalize(n.value, NFC))), '\s+') as words) w cross join generate_subscripts(w.words, 1) at
) beginnings cross join lateral (values (rest), (regexp_replace(rest, '^ال(?=.{3})', ''))) v(variant)
where variant <> '';
