import { pools } from '#kernel/db.ts'
import { gateState } from '#kernel/gate.ts'
import type { Installation } from '#kernel/installation.ts'
import { gauge } from '#kernel/metrics.ts'

const counts = { at: 0, read: Promise.resolve<Record<string, number>>({}) }

/** The queue, asked once for the gauges that are read together. */
function queueOf(installation: Installation): Promise<Record<string, number>> {
  if (Date.now() - counts.at < 2000) return counts.read
  counts.at = Date.now()
  counts.read = installation
    .query<Record<string, number>>('select count(*) filter (where attempts < max_attempts)::int as waiting, count(*) filter (where attempts >= max_attempts and locked_at is null)::int as failed, (select count(*)::int from event_queue) as events, (select pg_database_size(current_database())::float) as bytes from graphile_worker._private_jobs')
    .then(([row]) => row ?? {})
  return counts.read
}

/** The numbers that are asked for when the metrics are read. */
export function registerGauges(installation: Installation): void {
  gauge('triveni_requests_open', () => gateState().open)
  gauge('triveni_requests_shed_total', () => gateState().shed)
  gauge('triveni_pool_connections{state="all"}', () => pools().app.totalCount)
  gauge('triveni_pool_connections{state="idle"}', () => pools().app.idleCount)
  gauge('triveni_pool_connections{state="waited_for"}', () => pools().app.waitingCount)
  for (const state of ['waiting', 'failed'] as const) gauge(`triveni_jobs{state="${state}"}`, async () => (await queueOf(installation))[state] ?? 0)
  gauge('triveni_events_waiting', async () => (await queueOf(installation))['events'] ?? 0)
  gauge('triveni_database_bytes', async () => (await queueOf(installation))['bytes'] ?? 0)
  gauge('triveni_log_archive_age_seconds', () => {
    const archive = installation.archive?.()
    if (archive === undefined || archive.state === 'elsewhere') return 0
    return (Date.now() - (archive.archivedAt || installation.startedAt.getTime())) / 1000
  })
}
