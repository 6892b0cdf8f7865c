-- A sale to a business names its tax number; a sale is found by its running number and by the beginning of the customer's name
alter table sales add column customer_tax_number text not null default '' check (length(customer_tax_number) <= 20);
create index sales_running on sales (tenant_id, right(number, 6));
create index sales_customer on sales (tenant_id, (lower(customer_name) collate "C"));
