-- A printed document is made once per version, copy and language, and kept
create table kept_documents (
  tenant_id uuid not null,
  subject_type text not null,
  subject_id uuid not null,
  version int not null,
  copy text not null check (copy in ('original', 'duplicate')),
  language text not null,
  file_id uuid not null,
  created_at timestamptz not null,
  primary key (tenant_id, subject_type, subject_id, version, copy, language)
);
create index kept_documents_file on kept_documents (tenant_id, file_id);
select tenant_table('kept_documents', false);
alter table kept_documents add constraint kept_documents_file_fk foreign key (tenant_id, file_id) references files (tenant_id, id);
