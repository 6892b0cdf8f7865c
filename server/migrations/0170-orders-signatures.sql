-- What was ordered by word of mouth and waits for its signature: a handful of rows a person
create index orders_signature on orders (tenant_id, orderer_id, placed_at desc, id) where channel <> 'written' and signed_at is null and state <> 'entered-in-error';
