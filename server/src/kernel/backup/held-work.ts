import pg from 'pg'

/**
 * After a restore: jobs and events that waited at that instant may have run since, so they are set aside for a person to decide,
 * and every session ends. Safe to repeat.
 */
export async function holdWork(ownerUrl: string): Promise<{ held: number; sessions: number }> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    await client.query('begin')
    const events = await client.query(`with gone as (delete from event_queue returning tenant_id, name, at, payload)
      insert into operations.held_work (kind, task, payload, at, held_at) select 'event', name, jsonb_build_object('tenantId', tenant_id, 'payload', payload), at, now() from gone`)
    const { rows } = await client.query<{ has: boolean }>("select to_regclass('graphile_worker._private_jobs') is not null as has")
    const jobs = rows[0]?.has !== true ? undefined : await client.query(`with gone as (delete from graphile_worker._private_jobs j using graphile_worker._private_tasks t where t.id = j.task_id returning t.identifier, j.payload, j.run_at)
      insert into operations.held_work (kind, task, payload, at, held_at) select 'job', identifier, payload::jsonb, run_at, now() from gone`)
    const sessions = await client.query('update sessions set ended_at = now() where ended_at is null')
    await client.query('commit')
    return { held: (events.rowCount ?? 0) + (jobs?.rowCount ?? 0), sessions: sessions.rowCount ?? 0 }
  } finally {
    await client.end()
  }
}
