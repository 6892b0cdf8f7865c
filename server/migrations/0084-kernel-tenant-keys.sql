-- The data key of each hospital, wrapped by the master key: rotation makes the next, destroying them makes what they sealed unreadable for good
create table kernel.tenant_keys (
  tenant_id uuid not null references tenants (id),
  version int not null check (version between 2 and 65535),
  wrapped bytea,
  state text not null check (state in ('standby', 'active', 'old', 'destroyed')),
  made_at timestamptz not null,
  primary key (tenant_id, version),
  check ((wrapped is null) = (state = 'destroyed'))
);
create unique index tenant_keys_active on kernel.tenant_keys (tenant_id) where state = 'active';
do $$ begin execute format('grant select on kernel.tenant_keys to %I, %I', kernel.role_name('app'), kernel.role_name('jobs')); end $$;
