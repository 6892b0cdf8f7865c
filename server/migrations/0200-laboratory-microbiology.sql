-- Antibiotics and organisms a laboratory adds to those it starts with, or changes of them: what a culture is written with, so that one name has one spelling
create table lab_microbiology (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  kind text not null check (kind in ('antibiotic', 'organism')),
  name text not null check (char_length(name) between 1 and 120),
  name_key text collate "C" not null check (char_length(name_key) between 1 and 140),
  class text not null default '' check (char_length(class) <= 40),
  aware text not null default '' check (aware in ('', 'access', 'watch', 'reserve')),
  tier int not null default 1 check (tier between 1 and 3),
  is_active boolean not null default true,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint lab_microbiology_once unique (tenant_id, kind, name_key)
);
select tenant_table('lab_microbiology');
