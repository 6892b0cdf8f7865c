import type { RouteInput } from '#contract/define.ts'
import { catalogueErrors, type RangeBody, type TestBody } from '#contract/laboratory-catalogue.ts'
import type { laboratory } from '#contract/laboratory.ts'
import type { OrderItemBody } from '#contract/orders.ts'
import { kernelErrors } from '#contract/common/problem.ts'
import type { Ctx } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { namedServices } from '../billing/index.ts'
import type { CatalogueEntry } from '../orders/index.ts'
import { presentSettings, presentTest, presentWhole } from './catalogue-shapes.ts'
import * as repo from './catalogue-repo.ts'
import { circularCode, expandTests, formulaInputs } from './catalogue-rules.ts'
import { expansionOf, forgetCatalogue, knownCatalogue } from './known-catalogue.ts'
import { wrongScope } from './scope-rules.ts'
import { folded, keysOfNames, keysSought } from '#kernel/naming.ts'
import { blindFormulas, unitsOfFormula, unreadInputs } from './formula-unit-rules.ts'
import { hasParentheses, isUnit } from './unit-rules.ts'

mapConstraint('lab_tests_code', catalogueErrors.code_taken)
mapConstraint('lab_ranges_overlap', catalogueErrors.range_overlap)

type Input<K extends keyof typeof laboratory> = RouteInput<(typeof laboratory)[K]>

export function listTests(ctx: Ctx, { query }: Input<'listTests'>) {
  const page = pageOf(query)
  const text = (query.search ?? '').trim()
  const prefix = text === '' ? null : folded(text)
  if (prefix === '') return Promise.resolve({ items: [], nextCursor: null })
  return withContext(ctx, async (tx) => {
    const rows = await repo.listTests(tx, { prefix, keys: keysSought(text), bench: query.bench, kind: query.kind, isActive: query.isActive === undefined ? undefined : query.isActive === 'true' }, page)
    return toPage(rows, page.limit, (row) => ({ at: row.name_folded, id: row.id }), presentTest)
  })
}

async function whole(tx: Tx, row: repo.TestRow) {
  const [ranges, members, [service]] = await Promise.all([repo.rangesOf(tx, [row.id]), repo.membersOf(tx, [row.id]), namedServices(tx, { ids: row.service_id === null ? [] : [row.service_id] })])
  const tests = new Map((await repo.testsByIds(tx, members.map((member) => member.member_id))).map((test) => [test.id, test]))
  return presentWhole(row, { service, ranges, members: members.flatMap((member) => tests.get(member.member_id) ?? []) })
}

export const readTest = (ctx: Ctx, id: string) => withContext(ctx, async (tx) => whole(tx, found(await repo.readTest(tx, id))))

export const rangeColumns = (range: RangeBody) => ({
  sex: range.sex ?? '', method: range.method ?? '', age_from_days: range.ageFromDays, age_to_days: range.ageToDays, week_from: range.weekTo === undefined ? 0 : (range.weekFrom ?? 0), week_to: range.weekTo ?? 0,
  low: range.low ?? null, high: range.high ?? null, critical_low: range.criticalLow ?? null, critical_high: range.criticalHigh ?? null, text: range.text ?? '', source: range.source ?? '',
})

type Described = Partial<TestBody> & { isActive?: boolean | undefined }

/** Body → columns; what is not named is not touched. */
function columnsOf(body: Described): Partial<repo.TestWrite> {
  const columns: Record<keyof Omit<repo.TestWrite, 'code'>, unknown> = {
    name: body.name, name_folded: body.name === undefined ? undefined : folded(body.name), names: body.names === undefined ? undefined : JSON.stringify(body.names), kind: body.kind, value_kind: body.valueKind, category: body.category, bench: body.bench, specimen_type: body.specimenType, container: body.container,
    volume_ml: body.volumeMl, timepoint: body.timepoint, method: body.method, unit: body.unit, decimals: body.decimals, loinc: body.loinc, formula: body.formula, formula_source: body.formulaSource, turnaround_minutes: body.turnaroundMinutes, stat_minutes: body.statMinutes, service_id: body.serviceId, formula_units: body.formulaUnits === undefined ? undefined : JSON.stringify(body.formulaUnits),
    is_sensitive: body.isSensitive, is_active: body.isActive, choices: body.choices === undefined ? undefined : JSON.stringify(body.choices), rules: body.rules === undefined ? undefined : JSON.stringify(body.rules), accredited: body.accredited === undefined ? undefined : JSON.stringify(body.accredited.toSorted((a, b) => a.from.localeCompare(b.from))),
  }
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined))
}

/** The unit can be read, the formula too, and it reads tests that are there; nothing leads back to itself. */
async function checkTest(tx: Tx, code: string, body: Described): Promise<string[]> {
  const wrong = wrongScope(body.accredited ?? [])
  if (wrong !== undefined) throw invalidField(`accredited.${wrong}.from`, 'laboratory.scope_days', catalogueErrors.scope_days)
  if (body.unit !== undefined && hasParentheses(body.unit)) throw invalidField('unit', 'laboratory.unit_parentheses', kernelErrors.invalid)
  if (body.unit !== undefined && !isUnit(body.unit)) throw invalidField('unit', 'laboratory.unit_unknown', kernelErrors.invalid)
  const inputs = body.formula === undefined || body.formula === '' ? [] : formulaInputs(body.formula)
  if (inputs === undefined || (body.kind === 'calculated' && inputs.length === 0)) throw invalidField('formula', 'laboratory.bad_formula', catalogueErrors.bad_formula)
  const uses = [...inputs, ...(body.members ?? [])]
  const known = await repo.testsByCodes(tx, uses)
  const missing = uses.filter((one) => !known.some((test) => test.code === one) && one !== code)
  if (missing.length > 0) throw new AppError(catalogueErrors.unknown_test, { fields: missing.map((one) => ({ path: inputs.includes(one) ? 'formula' : `members.${(body.members ?? []).indexOf(one)}`, code: 'laboratory.unknown_test' })) })
  if (uses.length > 0 && circularCode([{ code, uses }, ...(await linked(tx))].filter((test, index) => index === 0 || test.code !== code)) !== undefined) throw invalidField('members', 'laboratory.circular', catalogueErrors.circular)
  return (body.members ?? []).flatMap((member) => known.find((test) => test.code === member)?.id ?? [])
}

async function linked(tx: Tx) {
  const tests = await repo.allTests(tx)
  const codes = new Map(tests.map((test) => [test.id, test.code]))
  const members = Map.groupBy(await repo.membersOf(tx, tests.filter((test) => test.kind === 'panel').map((test) => test.id)), (member) => member.panel_id)
  return tests.map((test) => ({ code: test.code, uses: [...(test.formula === '' ? [] : (formulaInputs(test.formula) ?? [])), ...(members.get(test.id) ?? []).flatMap((member) => codes.get(member.member_id) ?? [])] }))
}

const defaults = { accredited: '[]', names: '{}', formula_units: '{}', choices: '[]', rules: '{}', volume_ml: null, timepoint: '', method: '', unit: '', decimals: null, loinc: '', formula: '', formula_source: '', service_id: null, is_sensitive: false, is_active: true } as const

/** The units a formula reads its inputs in; 422 names an input that cannot be converted to its unit. */
async function formulaUnitsFor(tx: Tx, body: Described, before: repo.TestRow | undefined): Promise<Described> {
  const formula = body.formula ?? (body.formulaUnits === undefined ? '' : before?.formula) ?? ''
  if (formula === '') return { ...body, formulaUnits: undefined }
  const tests = await repo.testsByCodes(tx, formulaInputs(formula) ?? [])
  const units = unitsOfFormula(formula, { said: body.formulaUnits, before, tests })
  const isNew = before?.formula !== formula || Object.entries(units).some(([code, unit]) => before.formula_units[code] !== unit)
  const unread = isNew ? unreadInputs(units, tests) : []
  if (unread.length > 0) throw new AppError(kernelErrors.invalid, { fields: unread.map((code) => ({ path: `formulaUnits.${code}`, code: 'laboratory.unit_unknown' })) })
  return { ...body, formulaUnits: units }
}

const hasLimits = ({ absurdLow, absurdHigh, deltaAbsolute }: repo.TestRow['rules']): boolean => absurdLow !== undefined || absurdHigh !== undefined || deltaAbsolute !== undefined

/** Another unit: the limits that were in the old one are said anew with it, and every formula that reads the test still can. */
async function checkUnit(tx: Tx, before: repo.TestRow, body: Described): Promise<void> {
  const after = { code: before.code, unit: body.unit ?? before.unit, rules: body.rules ?? before.rules }
  if (body.unit !== undefined && body.unit !== before.unit && before.unit !== '') {
    const ranges = body.ranges === undefined ? await repo.rangesOf(tx, [before.id]) : []
    const old = [...(ranges.some((range) => range.low !== null || range.high !== null || range.critical_low !== null || range.critical_high !== null) ? ['ranges'] : []), ...(body.rules === undefined && hasLimits(before.rules) ? ['rules'] : [])]
    if (before.kind === 'calculated' && body.formula === undefined && body.formulaUnits === undefined) old.push('formula')
    if (old.length > 0) throw new AppError(catalogueErrors.unit_with_limits, { fields: old.map((path) => ({ path, code: 'laboratory.unit_with_limits' })) })
  }
  if (body.unit === undefined && body.rules === undefined) return
  const readers = await repo.calculatedFrom(tx, before.code)
  const blindBefore = blindFormulas(before, readers)
  const blind = blindFormulas(after, readers).filter((one) => !blindBefore.includes(one))
  if (blind.length === 0) return
  const path = after.unit === before.unit ? 'rules' : 'unit'
  throw new AppError(catalogueErrors.unit_in_formula, { values: { names: blind.map((one) => one.name).join(', ') }, fields: [{ path, code: 'laboratory.unit_in_formula' }] })
}

/** A test is charged by a service that is there and in use; one it has already stays. */
async function checkService(tx: Tx, serviceId: string | null | undefined, before: string | null): Promise<void> {
  if (serviceId === undefined || serviceId === null || serviceId === before) return
  const [service] = await namedServices(tx, { ids: [serviceId] })
  if (service?.isActive !== true) throw invalidField('serviceId', 'laboratory.unknown_service', catalogueErrors.unknown_service)
}

/** Adds a test in an open transaction: for the route, the import and the starter catalogue. */
export async function addTest(tx: Tx, body: TestBody): Promise<repo.TestRow> {
  await checkService(tx, body.serviceId, null)
  const members = await checkTest(tx, body.code, body)
  const { formulaUnits } = await formulaUnitsFor(tx, body, undefined)
  const row = await repo.insertTest(tx, {
    ...defaults, code: body.code, name: body.name, name_folded: folded(body.name), kind: body.kind, value_kind: body.valueKind, category: body.category, bench: body.bench, specimen_type: body.specimenType, container: body.container, turnaround_minutes: body.turnaroundMinutes, stat_minutes: body.statMinutes ?? Math.min(60, body.turnaroundMinutes), ...columnsOf({ ...body, formulaUnits }),
  })
  forgetCatalogue(tx.ctx)
  if (members.length > 0) await repo.replaceMembers(tx, row.id, members)
  if (body.names !== undefined) await repo.insertNames(tx, row.id, keysOfNames(row.names))
  if (body.ranges !== undefined) await repo.replaceRanges(tx, row.id, body.ranges.map(rangeColumns))
  return row
}

export async function changeTest(tx: Tx, before: repo.TestRow, body: Described): Promise<repo.TestRow> {
  await checkService(tx, body.serviceId, before.service_id)
  const members = await checkTest(tx, before.code, body)
  await checkUnit(tx, before, body)
  const row = await repo.updateTest(tx, before.id, before.version, columnsOf(await formulaUnitsFor(tx, body, before)))
  forgetCatalogue(tx.ctx)
  if (body.members !== undefined) await repo.replaceMembers(tx, row.id, members)
  if (body.names !== undefined) await repo.replaceNames(tx, row.id, keysOfNames(row.names))
  if (body.ranges !== undefined) await repo.replaceRanges(tx, row.id, body.ranges.map(rangeColumns))
  return row
}

export const createTest = (ctx: Ctx, { body }: Input<'createTest'>) => withContext(ctx, async (tx) => whole(tx, await addTest(tx, body)))

export function updateTest(ctx: Ctx, { params, body, ifMatch }: Input<'updateTest'>) {
  return withContext(ctx, async (tx) => {
    const before = found(await repo.lockTest(tx, params.id))
    checkVersion(before, ifMatch)
    return whole(tx, await changeTest(tx, before, body))
  })
}

// Nothing is calculated from them, so several in one order are several answers.
const isRepeatable = (test: repo.TestRow): boolean => test.kind === 'analyte' && (test.value_kind === 'culture' || test.value_kind === 'histopathology')

/** For orders: a test by its id or code. */
export async function resolveItems(tx: Tx, items: readonly OrderItemBody[]): Promise<(CatalogueEntry | undefined)[]> {
  const catalogue = await knownCatalogue(tx)
  const { byId, byCode } = catalogue
  const coveredBy = (test: repo.TestRow): string[] => {
    const { all, members } = expansionOf(catalogue, [test])
    return expandTests([test], all, members).map((one) => one.id)
  }
  return items.map((item) => {
    const id = item.testId ?? item.labTestId
    const test = id === undefined ? byCode.get(item.code ?? '') : byId.get(id)
    return test === undefined ? undefined : { id: test.id, code: test.code, name: test.name, serviceId: test.service_id, isActive: test.is_active, isRepeatable: isRepeatable(test), covers: coveredBy(test) }
  })
}

export const readSettings = (ctx: Ctx) => withContext(ctx, async (tx) => presentSettings(await repo.readSettings(tx)))

export function updateSettings(ctx: Ctx, { body, ifMatch }: Input<'updateSettings'>) {
  const change = Object.fromEntries(Object.entries({ is_two_person: body.isTwoPerson, needs_approval: body.needsApproval, accreditation: body.accreditation }).filter(([, value]) => value !== undefined))
  return withContext(ctx, async (tx) => {
    const before = await repo.readSettings(tx)
    checkVersion(presentSettings(before), ifMatch)
    return presentSettings(before === undefined ? await repo.insertSettings(tx, { is_two_person: false, needs_approval: false, accreditation: '', ...change }) : await repo.updateSettings(tx, before, change))
  })
}
