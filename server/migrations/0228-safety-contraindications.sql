-- Lists of what is contraindicated in a condition, loaded and switched as lists of interactions are
alter table interaction_lists add column kind text not null default 'interactions' check (kind in ('interactions', 'contraindications'));

-- A folded substance and a condition: an ICD-10 code without its dot, which means all codes that begin with it, a SNOMED CT code, or a folded term
create table contraindications (
  tenant_id uuid not null,
  list_id uuid not null,
  substance text collate "C" not null check (length(substance) between 2 and 200),
  system text not null check (system in ('icd-10', 'snomed', 'term')),
  code text collate "C" not null check (length(code) between 2 and 200),
  term text not null default '' check (length(term) <= 300),
  severity text not null check (severity in ('stop', 'warn', 'inform')),
  text text not null default '' check (length(text) <= 1000),
  source text not null default '' check (length(source) <= 300),
  primary key (tenant_id, substance, system, code, list_id)
);
create index contraindications_list on contraindications (tenant_id, list_id);
select tenant_table('contraindications', false);
alter table contraindications add constraint contraindications_list_fk foreign key (tenant_id, list_id) references interaction_lists (tenant_id, id);
