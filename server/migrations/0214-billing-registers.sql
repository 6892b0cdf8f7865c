-- Registers of days read documents by the day they count for
create index invoices_issued on invoices (tenant_id, facility_id, issued_on, id) where issued_on is not null;
create index credit_notes_issued on credit_notes (tenant_id, facility_id, issued_on, id);
create index sales_register on sales (tenant_id, facility_id, sold_on, id);
drop index sales_day;
