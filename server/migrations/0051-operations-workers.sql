-- Which workers are alive: what a dead one had begun is given to another.
create table operations.workers (
  id text primary key,
  seen_at timestamptz not null
);
do $$ begin
  execute format('grant select, insert, update, delete on operations.workers to %I', kernel.role_name('jobs'));
end $$;
