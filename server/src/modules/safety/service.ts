import type { RouteInput } from '#contract/define.ts'
import type { Facts, safety } from '#contract/safety.ts'
import { type SafetyAlert, safetyErrors } from '#contract/safety-alerts.ts'
import type { Ctx } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField } from '#kernel/errors.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { together } from '#kernel/together.ts'
import { ageOn } from '#kernel/zoned-time.ts'
import { standingFacts } from '../clinical/index.ts'
import { medicationsByIds, type MedicationRow, medicinesAround, type SafetyQuestion } from '../medications/index.ts'
import { patientsByIds, patientWithLists } from '../patients/index.ts'
import { userNames } from '../people/index.ts'
import { withAlternatives } from './alternatives.ts'
import { conditionOf, contraindicationAlerts, type NewContraindication } from './contraindication-rules.ts'
import { isLocal } from './duplicate-rules.ts'
import * as repo from './repo.ts'
import { withoutRetired } from './retiring.ts'
import { allergyAlerts, candidatePairs, conditionAlerts, doseAlerts, doseOf, duplicateAlerts, gravest, type Medicine, milligramsIn, pairAlerts, type Person, substancesOf } from './rules.ts'
import { sayIn } from './words.ts'

type Input<K extends keyof typeof safety> = RouteInput<(typeof safety)[K]>

// A weight of a child a month old says little; of an adult a year.
const weightIsOldAfterDays = { child: 30, adult: 365 }
const dayMs = 86_400_000

const pregnant = /\bpregnan|गर्भ|حامل|حمل/i
const lactating = /\blactat|breast.?feed|स्तनपान|رضاعة/i

/** What the record says of the patient, and what was said instead. */
async function personOf(tx: Tx, patientId: string | undefined, facts: Facts = {}): Promise<Person> {
  const [record, standing] = patientId === undefined ? [undefined, undefined] : await together([patientWithLists(tx, patientId), standingFacts(tx, patientId)])
  const { patient, allergies = [], problems = [] } = record ?? {}
  const age = patient?.birth_date === null || patient?.birth_date === undefined ? null : ageOn(patient.birth_date, tx.ctx.now.toISOString().slice(0, 10))
  const ageYears = facts.ageYears ?? (age === null ? null : age.years + age.months / 12)
  const weight = facts.weightKg === undefined ? standing?.measures.get('weight') : undefined
  const creatinine = facts.creatinineMgPerDl === undefined ? standing?.measures.get('creatinine') : undefined
  const daysOld = (measure: { at: Date } | undefined): number | null => (measure === undefined ? null : Math.max(0, Math.floor((tx.ctx.now.getTime() - measure.at.getTime()) / dayMs)))
  const isChild = ageYears !== null && ageYears < 12
  const said = (facts.allergies ?? []).map((text) => ({ text, severity: '' }))
  return {
    ageYears, weightKg: facts.weightKg ?? weight?.value ?? null, weightAgeDays: daysOld(weight), isWeightOld: weight !== undefined && tx.ctx.now.getTime() - weight.at.getTime() > (isChild ? weightIsOldAfterDays.child : weightIsOldAfterDays.adult) * dayMs,
    creatinineMgPerDl: facts.creatinineMgPerDl ?? creatinine?.value ?? null, creatinineAgeDays: daysOld(creatinine), isFemale: (facts.sex ?? patient?.sex) === 'female', isPregnant: facts.isPregnant ?? problems.some(({ text }) => pregnant.test(text)), isLactating: facts.isLactating ?? problems.some(({ text }) => lactating.test(text)),
    allergies: [...allergies, ...said].map(({ text, severity }) => ({ text, isSevere: severity === 'severe' })),
    conditions: [...problems, ...(standing?.diagnoses ?? []), ...(facts.conditions ?? [])].map(conditionOf),
  }
}

interface Asked {
  medicationId?: string | undefined
  name?: string | undefined
  dosage?: string | undefined
  frequency?: string | undefined
  line?: string | undefined
}

function medicineOf(asked: Asked, row: MedicationRow | undefined, isNew: boolean): Medicine {
  const name = row?.name ?? asked.name ?? ''
  const strengthMg = milligramsIn(row?.system_data['strength'] ?? '') ?? milligramsIn(name)
  const named = row === undefined || row.generic_name === '' ? name : row.generic_name
  const form = row === undefined ? name : `${row.system_data['dosageForm'] ?? ''} ${row.system_data['route'] ?? ''}`
  return { id: row?.id ?? null, name, system: row?.system ?? 'allopathy', substances: substancesOf(named), strengthMg, isNew, isLocal: isLocal(form), line: asked.line, ...doseOf({ dosage: asked.dosage ?? '', frequency: asked.frequency ?? '', strengthMg }) }
}

interface Checking {
  /** Whether alerts say what could be given instead: where somebody still chooses. */
  isChoosing: boolean
  patientId?: string | undefined
  facts?: Facts | undefined
  asked: readonly Asked[]
  beside?: readonly string[] | undefined
  exceptSubject?: string | undefined
}

/** The medicines asked about, and those the patient takes now. */
async function medicinesOf(tx: Tx, { patientId, asked, beside = [], exceptSubject }: Checking): Promise<(MedicationRow & { is_current: boolean })[]> {
  const medicationIds = [...new Set([...asked.flatMap((one) => one.medicationId ?? []), ...beside])]
  if (patientId !== undefined) return medicinesAround(tx, { medicationIds, patientId, exceptPrescriptionId: exceptSubject ?? null })
  return (await medicationsByIds(tx, medicationIds)).map((row) => ({ ...row, is_current: false }))
}

/** What lists say of medicines; nothing is asked of who has no condition. */
export const contraindicatedFor = (tx: Tx, medicines: readonly Medicine[], person: Person) => repo.findContraindications(tx, person.conditions.length === 0 ? [] : [...new Set(medicines.flatMap((one) => one.substances))])

/** Everything there is to say of some medicines for somebody, gravest first. */
async function check(tx: Tx, input: Checking): Promise<{ alerts: SafetyAlert[]; medicines: Medicine[] }> {
  const [known, person] = await together([medicinesOf(tx, input), personOf(tx, input.patientId, input.facts)])
  const rows = new Map(known.map((row) => [row.id, row]))
  const missing = input.asked.findIndex((one) => one.medicationId === undefined ? (one.name ?? '') === '' : !rows.has(one.medicationId))
  if (missing !== -1) throw invalidField(`medications.${missing}.medicationId`, 'safety.unknown_medicine', safetyErrors.unknown_medicine)
  const fresh = input.asked.map((one) => medicineOf(one, rows.get(one.medicationId ?? ''), true))
  const taken = known.filter((row) => (row.is_current || input.beside?.includes(row.id) === true) && !input.asked.some((one) => one.medicationId === row.id)).map((row) => medicineOf({}, row, false))
  const medicines = [...fresh, ...taken]
  const say = sayIn(tx.ctx.locale)
  const candidates = candidatePairs(medicines)
  const [listed, contraindicated] = await together([repo.findPairs(tx, [...new Map(candidates.map(({ a, b }) => [`${a}\n${b}`, { a, b }])).values()]), contraindicatedFor(tx, fresh, person)])
  const alerts = gravest(await withoutRetired(tx, [...allergyAlerts(medicines, person, say), ...duplicateAlerts(medicines, say), ...doseAlerts(medicines, person, say), ...conditionAlerts(medicines, person, say), ...contraindicationAlerts(medicines, person, contraindicated, say), ...pairAlerts(candidates, listed, say)]))
  return { medicines: fresh, alerts: input.isChoosing ? await withAlternatives(tx, { alerts, medicines, person }) : alerts }
}

export function checkSafety(ctx: Ctx, { body }: Input<'checkSafety'>) {
  return withContext(ctx, async (tx) => {
    if (body.patientId !== undefined) found((await patientsByIds(tx, [body.patientId]))[0])
    const { alerts, medicines } = await check(tx, { patientId: body.patientId, facts: body.facts, asked: body.medications, isChoosing: true })
    const lists = await repo.listLists(tx, { limit: 100, after: null })
    return { alerts, checked: medicines.map(({ name, substances }) => ({ name, substances: [...substances] })), lists: lists.filter((list) => list.is_active).map((list) => ({ name: list.name, version: list.list_version })) }
  })
}

/** The checker other modules ask: what stops or warns needs a reason once for a subject, and the reason is kept. */
export async function answer(tx: Tx, question: SafetyQuestion): Promise<SafetyAlert[]> {
  const { alerts } = await check(tx, { patientId: question.patientId, asked: question.medications, beside: question.beside, exceptSubject: question.subject?.id, isChoosing: !question.isBinding })
  const before = question.subject === null || alerts.length === 0 ? new Set<string>() : await repo.overriddenOf(tx, question.subject.id)
  if (!question.isBinding) return alerts.map((one) => (before.has(one.key) ? { ...one, severity: 'inform' } : one))
  const said = new Map(question.overrides.map((one) => [one.key, one.reason]))
  const binding = alerts.filter((one) => one.severity !== 'inform' && !before.has(one.key))
  const open = binding.filter((one) => !said.has(one.key))
  if (open.length > 0) throw new AppError(safetyErrors.override_required, { missing: open.map((one) => one.key), fields: open.map((one) => ({ path: 'overrides', code: 'safety.override_required', message: `${one.message}: ${one.why}` })) })
  await repo.insertOverrides(tx, binding.map((one) => ({ alert_key: one.key.slice(0, 300), kind: one.kind, severity: one.severity, message: one.message, source: `${one.source.name} ${one.source.version}`.trim(), stage: question.stage, patient_id: question.patientId, subject_type: question.subject?.type ?? '', subject_id: question.subject?.id ?? null, reason: said.get(one.key) ?? '' })))
  return alerts
}

const presentList = (row: repo.ListRow) => ({ id: row.id, version: row.version, kind: row.kind === 'contraindications' ? 'contraindications' as const : 'interactions' as const, name: row.name, listVersion: row.list_version, source: row.source, pairs: row.pairs, isActive: row.is_active, createdAt: row.created_at.toISOString() })

export function listInteractionLists(ctx: Ctx, { query }: Input<'listInteractionLists'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => toPage(await repo.listLists(tx, page), page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), presentList))
}

/** Switches a list on or off. */
export const switchList = (isActive: boolean) => (ctx: Ctx, { params, ifMatch }: { params: { id: string }; ifMatch: number | undefined }) =>
  withContext(ctx, async (tx) => {
    const list = found(await repo.lockList(tx, params.id))
    checkVersion(list, ifMatch)
    return presentList(await repo.setActive(tx, list, isActive))
  })

export interface Pair {
  a: string
  b: string
  severity: string
  text: string
}

/** A list of pairs, or of substances and conditions. */
export interface NewList {
  name: string
  listVersion: string
  source: string
  pairs?: readonly Pair[]
  contraindications?: readonly NewContraindication[]
}

const batch = 5000

/** Puts a list in place of the one of its name and version, whole or not at all. */
export function storeList(ctx: Ctx, { pairs = [], contraindications, ...list }: NewList) {
  return withContext(ctx, async (tx) => {
    const row = await repo.openList(tx, { ...list, kind: contraindications === undefined ? 'interactions' : 'contraindications', pairs: (contraindications ?? pairs).length })
    for (let from = 0; from < pairs.length; from += batch) await repo.insertPairs(tx, row.id, pairs.slice(from, from + batch))
    for (let from = 0; from < (contraindications ?? []).length; from += batch) await repo.insertContraindications(tx, row.id, (contraindications ?? []).slice(from, from + batch))
    return presentList(row)
  })
}

export function listOverrides(ctx: Ctx, { query }: Input<'listOverrides'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listOverrides(tx, query, page)
    const names = await userNames(tx, [...new Set(rows.map((row) => row.created_by))])
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => ({ id: row.id, alertKey: row.alert_key, kind: row.kind, severity: row.severity, message: row.message, source: row.source, stage: row.stage, patientId: row.patient_id, subjectType: row.subject_type, subjectId: row.subject_id, reason: row.reason, at: row.created_at.toISOString(), by: names.get(row.created_by) ?? '' }))
  })
}

export function countOverrides(ctx: Ctx) {
  return withContext(ctx, async (tx) => ({ items: (await repo.countOverrides(tx)).map((row) => ({ alertKey: row.alert_key, kind: row.kind, message: row.message, source: row.source, severity: row.severity, times: row.times, people: row.people, lastAt: row.last_at.toISOString(), retiredId: row.retired_id })), nextCursor: null }))
}
