import { rawInTenant, type Tx } from '#kernel/db.ts'
import type { PageRequest } from '#kernel/page.ts'

/** Released results of a patient as columns, newest first: half a thousand rows of twelve fields cost the reader more than the database. */
export interface CumulativeColumns {
  ids: string[]
  takenAt: string[]
  testIds: string[]
  codes: string[]
  names: string[]
  panels: string[]
  values: string[]
  units: string[]
  flags: string[]
  statuses: string[]
  lows: (string | null)[]
  highs: (string | null)[]
  rangeTexts: string[]
  /** The facility of a sensitive result, else null. */
  sensitiveAt: (string | null)[]
}

const aggregates = {
  ids: 'id', takenAt: 'collected_at', testIds: 'test_id', codes: 'code', names: 'name', panels: 'panel_name', values: 'value_text', units: 'unit', flags: 'flag', statuses: 'status', lows: 'trim_scale(range_low)::text', highs: 'trim_scale(range_high)::text', rangeTexts: 'range_text', sensitiveAt: 'case when is_sensitive then facility_id end',
} as const
const columns = Object.entries(aggregates).map(([name, column]) => `coalesce(json_agg(${column}), '[]') as "${name}"`).join(', ')

const noCursor = { at: 'infinity', id: '00000000-0000-0000-0000-000000000000' }

/** One more than asked says that there is more. */
export async function cumulativeOf(tx: Tx, filter: { patientId: string; testId?: string | undefined }, { limit, after }: PageRequest): Promise<CumulativeColumns | undefined> {
  const { at, id } = after ?? noCursor
  const rows = await rawInTenant<CumulativeColumns>(
    tx,
    `select ${columns} from (select id, collected_at, test_id, code, name, panel_name, value_text, unit, flag, status, range_low, range_high, range_text, is_sensitive, facility_id from results
       where tenant_id = $1 and patient_id = $2 and ($3::uuid is null or test_id = $3) and released_at is not null and state = 'released' and collected_at <= $4::timestamptz and (collected_at < $4::timestamptz or id > $5)
       order by collected_at desc, id limit $6) as shown`,
    [tx.ctx.tenantId, filter.patientId, filter.testId ?? null, at, id, limit + 1],
  )
  return rows[0]
}
