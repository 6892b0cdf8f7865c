import type { Ctx } from './context.ts'
import { pools } from './db.ts'
import { translateError } from './errors.ts'
import { isUuid } from './ids.ts'
import type { PageRequest } from './page.ts'

export interface AuditRow {
  id: string
  at: Date
  actor_id: string | null
  action: string
  subject_type: string | null
  subject_id: string | null
  patient_id: string | null
  outcome: string
  before: unknown
  after: unknown
  details: unknown
}

export interface AuditFilter {
  patientId?: string | undefined
  userId?: string | undefined
  subjectId?: string | undefined
  action?: string | undefined
  from?: string | undefined
  to?: string | undefined
}

/** Reads the audit as the auditor role, which the application's own login cannot. */
export async function readAudit(ctx: Ctx, filter: AuditFilter, page: PageRequest): Promise<AuditRow[]> {
  const values: unknown[] = [ctx.tenantId]
  const conditions = ['tenant_id = $1']
  const add = (condition: string, value: unknown) => {
    values.push(value)
    conditions.push(condition.replace('?', `$${values.length}`))
  }
  if (filter.patientId !== undefined) add('patient_id = ?', filter.patientId)
  if (filter.userId !== undefined) add('actor_id = ?', filter.userId)
  if (filter.subjectId !== undefined) add('subject_id = ?', filter.subjectId)
  if (filter.action !== undefined) add('action = ?', filter.action)
  if (filter.from !== undefined) add('at >= ?', filter.from)
  if (filter.to !== undefined) add('at < ?', filter.to)
  if (page.after !== null) add('at < ?', page.after.at)
  const client = await pools().auditor.connect()
  try {
    if (!isUuid(ctx.tenantId)) throw new Error('context is not valid')
    await client.query(`begin read only; set local app.context = '${ctx.tenantId}||||'`)
    const { rows } = await client.query<AuditRow>(
      `select id, at, actor_id, action, subject_type, subject_id, patient_id, outcome, before, after, details from audit_entries where ${conditions.join(' and ')} order by at desc, id limit ${page.limit + 1}`,
      values,
    )
    await client.query('commit')
    return rows
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw translateError(error)
  } finally {
    client.release()
  }
}
