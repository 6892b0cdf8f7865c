import { rawInTenant, type Tx } from '#kernel/db.ts'
import type { PageRequest } from '#kernel/page.ts'
import { visitPort } from './ports.ts'
import { patientColumns, type PatientRow } from './repo.ts'

/** Criteria as instants and dates; those that are absent do not narrow. */
export interface Narrowed {
  /** Of these only, in no order and without a page. */
  ids?: readonly string[]
  facilityId?: string | undefined
  sex?: string | undefined
  bornFrom?: string | undefined
  bornTo?: string | undefined
  birthDates?: readonly string[]
  registeredFrom?: Date | undefined
  registeredBefore?: Date | undefined
  visitedFrom?: Date | undefined
  visitedBefore?: Date | undefined
  city?: string | undefined
  email?: string
  life?: 'living' | 'deceased' | undefined
  label?: string | undefined
  isUnmerged?: boolean
}

type Value = (value: unknown) => string

// Sorts after every letter, so that what begins with a text is a range of the index.
const top = '\uffff'

const begins = (column: string, text: string, value: Value): string[] => {
  const at = value(text)
  return [`${column} <> ''`, `${column} >= lower(btrim(${at}::text))`, `${column} < lower(btrim(${at}::text)) || '${top}'`]
}

function visits(narrowed: Narrowed, value: Value): string[] {
  const { visitedFrom, visitedBefore } = narrowed
  if (visitedFrom === undefined && visitedBefore === undefined) return []
  const [from, before] = [visitedFrom, visitedBefore].map((instant) => (instant === undefined ? undefined : value(instant)))
  const sources = visitPort.all().map(({ table, at, counted }) => {
    const during = [...(from === undefined ? [] : [`v.${at} >= ${from}`]), ...(before === undefined ? [] : [`v.${at} < ${before}`])]
    return `exists (select 1 from "${table}" v where ${['v.tenant_id = $1', 'v.patient_id = p.id', `v.${counted}`, ...during].join(' and ')})`
  })
  return [`(${sources.join(' or ')})`]
}

function conditions(narrowed: Narrowed, value: Value): string[] {
  const { ids, facilityId, sex, bornFrom, bornTo, birthDates, registeredFrom, registeredBefore, city, email, life, label } = narrowed
  return [
    ...(ids === undefined ? [] : [`p.id = any(${value(ids)}::uuid[])`]),
    ...(facilityId === undefined ? [] : [`p.facility_id = ${value(facilityId)}`]),
    ...(sex === undefined ? [] : [`p.sex = ${value(sex)}`]),
    ...(bornFrom === undefined ? [] : [`p.birth_date >= ${value(bornFrom)}::date`]),
    ...(bornTo === undefined ? [] : [`p.birth_date <= ${value(bornTo)}::date`]),
    // An estimated date is nobody's birthday.
    ...(birthDates === undefined ? [] : [`p.birth_date = any(${value(birthDates)}::date[])`, `p.birth_precision <> 'estimated'`]),
    ...(registeredFrom === undefined ? [] : [`p.registered_at >= ${value(registeredFrom)}`]),
    ...(registeredBefore === undefined ? [] : [`p.registered_at < ${value(registeredBefore)}`]),
    ...(city === undefined ? [] : begins('p.city_key', city, value)),
    ...(email === undefined ? [] : begins('p.email_key', email, value)),
    ...(life === undefined ? [] : [`p.deceased_at is ${life === 'living' ? '' : 'not '}null`]),
    ...(label === undefined ? [] : [`exists (select 1 from patient_labels l where l.tenant_id = $1 and l.patient_id = p.id and l.label = ${value(label)} and l.ended_at is null)`]),
    ...(narrowed.isUnmerged === true ? ['p.merged_into is null'] : []),
    ...visits(narrowed, value),
  ]
}

/** Patients that fit all criteria, newest first (or oldest), a page of them and one more. */
export function findPatients(tx: Tx, narrowed: Narrowed, page: PageRequest, isAscending = false): Promise<PatientRow[]> {
  const values: unknown[] = [tx.ctx.tenantId]
  const value: Value = (one) => `$${values.push(one)}`
  const wanted = ['p.tenant_id = $1', ...conditions(narrowed, value)]
  const [direction, idDirection] = isAscending ? ['asc', 'desc'] : ['desc', 'asc']
  if (page.after !== null) {
    const at = value(new Date(page.after.at))
    wanted.push(`p.registered_at ${isAscending ? '>=' : '<='} ${at} and (p.registered_at <> ${at} or p.id ${isAscending ? '<' : '>'} ${value(page.after.id)})`)
  }
  const order = narrowed.ids === undefined ? ` order by p.registered_at ${direction}, p.id ${idDirection} limit ${value(page.limit + 1)}` : ''
  return rawInTenant<PatientRow>(tx, `select ${patientColumns.map((column) => `p.${column}`).join(', ')} from patients p where ${wanted.join(' and ')}${order}`, values)
}
