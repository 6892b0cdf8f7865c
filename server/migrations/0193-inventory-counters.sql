-- Everybody who entered a line: none of them approves the count, whoever enters after them
alter table stock_count_lines add column counters uuid[] not null default '{}';
alter table stock_count_lines add constraint stock_count_lines_counters check (cardinality(counters) <= 200);
update stock_count_lines l set counters = array[c.counted_by] from stock_counts c where c.tenant_id = l.tenant_id and c.id = l.stock_count_id and l.counted is not null and c.counted_by is not null;
