-- Debit notes are listed newest first, of all facilities or of one
create index purchase_returns_time on purchase_returns (tenant_id, created_at desc, id);
create index purchase_returns_facility on purchase_returns (tenant_id, facility_id, created_at desc, id);
