-- The dispensary's work-list: what is signed and not wholly handed out, the longest waiting first
create index prescriptions_waiting on prescriptions (tenant_id, facility_id, finalized_at, id) where state in ('finalized', 'partly-dispensed');
