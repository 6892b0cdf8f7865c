-- Who may not prescribe enters what was said by word of mouth, or what a standing order of the hospital says
alter table orders drop constraint orders_channel_check;
alter table orders add constraint orders_channel_check check (channel in ('written', 'verbal', 'telephone', 'protocol'));
alter table orders drop constraint orders_read_back;
alter table orders add constraint orders_read_back check (channel in ('written', 'protocol') or is_read_back);
alter table orders add constraint orders_protocol check (channel <> 'protocol' or order_set_id is not null);

alter table order_sets
  add column is_standing boolean not null default false,
  -- Who answers for a standing order: whoever said last what it holds
  add column authorised_by uuid;
alter table order_sets add constraint order_sets_standing check (not is_standing or (authorised_by is not null and owner_id is null));
create index order_sets_authorised on order_sets (tenant_id, authorised_by);
alter table order_sets add constraint order_sets_authorised_fk foreign key (tenant_id, authorised_by) references users (tenant_id, id);

-- What waits for a signature, the earliest deadline first: of a hospital, a facility, a person
create index orders_signature_time on orders (tenant_id, placed_at, id) where channel <> 'written' and signed_at is null and state <> 'entered-in-error';
create index orders_signature_facility on orders (tenant_id, facility_id, placed_at, id) where channel <> 'written' and signed_at is null and state <> 'entered-in-error';
create index orders_signature_orderer on orders (tenant_id, orderer_id, placed_at, id) where channel <> 'written' and signed_at is null and state <> 'entered-in-error';
