-- Unit doses issued to a ward and goods that come back from it: a paper of its own, over many patients and prescriptions
create table ward_documents (
  tenant_id uuid not null,
  id uuid not null,
  kind text not null check (kind in ('issue', 'return')),
  number text not null,
  facility_id uuid not null,
  store_id uuid not null,
  ward text not null default '',
  reason text not null default '',
  witness_id uuid,
  created_at timestamptz not null,
  created_by uuid not null,
  primary key (tenant_id, id),
  constraint ward_documents_number unique (tenant_id, facility_id, number)
);
create index ward_documents_time on ward_documents (tenant_id, created_at desc, id);
create index ward_documents_facility on ward_documents (tenant_id, facility_id, created_at desc, id);
create index ward_documents_store on ward_documents (tenant_id, store_id);
select tenant_table('ward_documents');
alter table ward_documents add constraint ward_documents_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
alter table ward_documents add constraint ward_documents_store_fk foreign key (tenant_id, store_id) references stores (tenant_id, id);

create table ward_document_lines (
  tenant_id uuid not null,
  id uuid not null,
  ward_document_id uuid not null,
  position int not null,
  patient_id uuid not null,
  dispense_item_id uuid not null,
  quantity numeric(14,3) not null check (quantity > 0),
  -- Of what came back: whether it went to its lot, or was wasted
  is_back boolean not null default true,
  primary key (tenant_id, id)
);
create index ward_document_lines_document on ward_document_lines (tenant_id, ward_document_id, position);
create index ward_document_lines_item on ward_document_lines (tenant_id, dispense_item_id);
create index ward_document_lines_patient on ward_document_lines (tenant_id, patient_id);
select tenant_table('ward_document_lines');
alter table ward_document_lines add constraint ward_document_lines_document_fk foreign key (tenant_id, ward_document_id) references ward_documents (tenant_id, id);
alter table ward_document_lines add constraint ward_document_lines_item_fk foreign key (tenant_id, dispense_item_id) references dispense_items (tenant_id, id);
alter table ward_document_lines add constraint ward_document_lines_patient_fk foreign key (tenant_id, patient_id) references patients (tenant_id, id);
