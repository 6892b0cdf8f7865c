import { z } from 'zod'
import { date, decimalText, id, idParams, optionalText, text, version } from './common/values.ts'
import { page, pageQuery } from './common/page.ts'
import { defineErrors, route } from './define.ts'

export const catalogueErrors = defineErrors('laboratory', { code_taken: 409, range_overlap: 409, circular: 422, bad_formula: 422, unknown_test: 422, unknown_service: 422, unit_in_formula: 422, unit_with_limits: 422, scope_days: 422 })

export const testKind = z.enum(['analyte', 'panel', 'calculated'])
export const valueKind = z.enum(['numeric', 'qualitative', 'text', 'culture', 'histopathology'])
export type ValueKind = z.output<typeof valueKind>
const code = z.string().max(40).regex(/^[A-Za-z0-9._/+%#-]+$/)
/** A unit of the Unified Code for Units of Measure (UCUM), case sensitive. */
export const ucumUnit = z.string().max(40).regex(/^[!-~]*$/)
const loinc = z.string().regex(/^(\d{1,7}-\d)?$/)
const bound = decimalText.refine((value) => /^-?\d{1,9}(\.\d{1,6})?$/.test(value), { error: 'number.range' })

/** The unit each input of a formula was written for, by the code of the test; inputs in another unit are converted to it. */
const formulaUnits = z.record(code, ucumUnit)

/** A qualitative answer and what it means: '' normal, A abnormal, AA critical. */
const choice = z.strictObject({ value: text(60), flag: z.enum(['', 'A', 'AA']).default('') })
/**
 * What is checked before a result goes on: values nobody has (absurd), change since the last one within so many days (delta),
 * interference by the indices of the specimen (0–4); the molar mass (g/mol) by which mass and substance convert; whether an unremarkable result from an instrument verifies itself;
 * when the patient may see it: at once, after so many hours, or when somebody says so (a sensitive test always so);
 * of what is calculated from which age on its formula holds; the valence by which equivalents and substance convert, and units that convert by a line (value × factor + offset);
 * and whether anything that grows in a culture is critical, as in blood and cerebrospinal fluid.
 */
export const testRules = z.strictObject({
  absurdLow: bound.optional(), absurdHigh: bound.optional(), deltaPercent: z.number().min(0).max(1000).optional(), deltaAbsolute: bound.optional(), deltaDays: z.int().min(1).max(3650).optional(),
  haemolysis: z.int().min(1).max(4).optional(), lipaemia: z.int().min(1).max(4).optional(), icterus: z.int().min(1).max(4).optional(), isAutoVerified: z.boolean().optional(), molarMass: z.number().min(1).max(1_000_000).optional(),
  patientRelease: z.enum(['at-once', 'by-hand']).optional(), patientDelayHours: z.int().min(0).max(2160).optional(), calculatedFromYears: z.int().min(1).max(150).optional(),
  valence: z.int().min(1).max(6).optional(), conversions: z.array(z.strictObject({ unit: ucumUnit, factor: z.number().min(-1e9).max(1e9), offset: z.number().min(-1e9).max(1e9), source: text(300) })).max(8).optional(), isGrowthCritical: z.boolean().optional(),
})
export type TestRules = z.output<typeof testRules>

const age = z.int().min(0).max(60_000)
const week = z.int().min(0).max(46)
/** Ages are days and weeks are weeks of pregnancy, both half-open. A bound that is missing is open. */
export const rangeBody = z.strictObject({
  sex: z.enum(['female', 'male']).optional(), ageFromDays: age.default(0), ageToDays: age.default(60_000), weekFrom: week.optional(), weekTo: week.optional(), method: optionalText(60).optional(),
  low: bound.optional(), high: bound.optional(), criticalLow: bound.optional(), criticalHigh: bound.optional(), text: optionalText(120).optional(), source: optionalText(300).optional(),
})
export type RangeBody = z.output<typeof rangeBody>
export const range = z.object({
  id, sex: z.enum(['female', 'male']).nullable(), ageFromDays: z.int(), ageToDays: z.int(), weekFrom: z.int().nullable(), weekTo: z.int().nullable(), method: z.string(), low: z.string().nullable(), high: z.string().nullable(), criticalLow: z.string().nullable(), criticalHigh: z.string().nullable(), text: z.string(), source: z.string(),
})

/** Days, both included, a test stands in the scope of accreditation; without `to` it still does. */
const scope = z.strictObject({ from: date, to: date.optional() })
export type Scope = z.output<typeof scope>

const described = {
  name: text(160), names: z.partialRecord(z.enum(['en', 'hi', 'es', 'fr', 'ar']), text(160)).optional(), category: text(60), bench: text(60), specimenType: text(60), container: text(60), volumeMl: bound.optional(), timepoint: optionalText(40).optional(), method: optionalText(60).optional(),
  unit: ucumUnit.optional(), decimals: z.int().min(0).max(6).optional(), loinc: loinc.optional(), formula: optionalText(500).optional(), formulaSource: optionalText(300).optional(), formulaUnits: formulaUnits.optional(), turnaroundMinutes: z.int().min(1).max(100_000), statMinutes: z.int().min(1).max(100_000).optional(), serviceId: id.nullable().optional(),
  isSensitive: z.boolean().optional(), choices: z.array(choice).max(60).optional(), rules: testRules.optional(), accredited: z.array(scope).max(20).optional(), members: z.array(code).max(100).optional(), ranges: z.array(rangeBody).max(200).optional(),
}
export const testBody = z.strictObject({ code, kind: testKind.default('analyte'), valueKind: valueKind.default('numeric'), ...described })
export type TestBody = z.output<typeof testBody>
const testPatch = z.strictObject({ ...described, name: described.name.optional(), category: described.category.optional(), bench: described.bench.optional(), specimenType: described.specimenType.optional(), container: described.container.optional(), turnaroundMinutes: described.turnaroundMinutes.optional(), isActive: z.boolean().optional() })

export const labTest = z.object({
  id, version, code: z.string(), name: z.string(), names: z.record(z.string(), z.string()), kind: testKind, valueKind, category: z.string(), bench: z.string(), specimenType: z.string(), container: z.string(), volumeMl: z.string().nullable(), timepoint: z.string(), method: z.string(), unit: z.string(), decimals: z.int().nullable(), loinc: z.string(),
  formula: z.string(), formulaSource: z.string(), formulaUnits: z.record(z.string(), z.string()), turnaroundMinutes: z.int(), statMinutes: z.int(), serviceId: id.nullable(), isSensitive: z.boolean(), isActive: z.boolean(), choices: z.array(choice), rules: testRules, accredited: z.array(scope),
})
export type LabTest = z.output<typeof labTest>
const gap = z.object({ sex: z.enum(['female', 'male']), ageFromDays: z.int(), ageToDays: z.int() })
const whole = labTest.extend({ service: z.object({ id, code: z.string(), name: z.string(), isActive: z.boolean() }).nullable(), ranges: z.array(range), members: z.array(z.object({ id, code: z.string(), name: z.string() })), gaps: z.array(gap) })
export type LabTestWhole = z.output<typeof whole>
const settings = z.object({ version, isTwoPerson: z.boolean(), needsApproval: z.boolean(), accreditation: z.string() })

const may = { read: 'laboratory.read', catalogue: 'laboratory.catalogue' } as const

export const catalogueRoutes = {
  listTests: route({ method: 'GET', path: '/lab-tests', summary: 'Tests and panels by name; `search` is the beginning of the code or name, or of a word of its name in another language', permission: may.read, audit: 'none', phi: false, query: pageQuery.extend({ search: z.string().max(120).optional(), bench: optionalText(60).optional(), kind: testKind.optional(), isActive: z.enum(['true', 'false']).optional() }), response: page(labTest), errors: [] }),
  createTest: route({ method: 'POST', path: '/lab-tests', summary: 'Add a test, a panel of tests, or one that is calculated', description: 'Ranges for the same people may not overlap (409). The answer names gaps: ages for which no range holds.', permission: may.catalogue, audit: 'create', phi: false, body: testBody, status: 201, response: whole, errors: Object.values(catalogueErrors) }),
  readTest: route({ method: 'GET', path: '/lab-tests/{id}', summary: 'Read a test with its ranges, members and gaps', permission: may.read, audit: 'none', phi: false, params: idParams, response: whole, errors: [] }),
  updateTest: route({ method: 'PATCH', path: '/lab-tests/{id}', summary: 'Change a test; ranges given replace all of them. Results keep the range they were judged by', permission: may.catalogue, audit: 'update', phi: false, params: idParams, ifMatch: 'required', body: testPatch, response: whole, errors: Object.values(catalogueErrors) }),
  exportTests: route({ method: 'GET', path: '/lab-tests/export', summary: 'The whole catalogue as CSV: a row a range', permission: may.read, audit: 'export', phi: false, response: 'binary', errors: [] }),
  importTests: route({ method: 'POST', path: '/lab-tests/import', summary: 'Add or change tests from such a CSV: all of it or nothing, wrong rows named', description: '`dryRun` does the same and keeps nothing.', permission: may.catalogue, audit: 'update', phi: false, body: z.strictObject({ csv: z.string().max(900_000), dryRun: z.boolean().optional() }), response: z.object({ created: z.int(), updated: z.int(), dryRun: z.literal(true).optional() }), errors: Object.values(catalogueErrors) }),
  addStarter: route({ method: 'POST', path: '/lab-tests/starter', summary: 'Add the starter catalogue; what is there stays as it is', permission: may.catalogue, audit: 'create', phi: false, body: z.strictObject({}).optional(), response: z.object({ created: z.int(), updated: z.int() }), errors: [] }),
  readSettings: route({ method: 'GET', path: '/lab-settings', summary: 'How the laboratory works', permission: may.read, audit: 'none', phi: false, response: settings, errors: [] }),
  updateSettings: route({ method: 'PATCH', path: '/lab-settings', summary: 'Two persons, clinical verification, accreditation mark: a report bears it where a result of it was measured in scope', permission: may.catalogue, audit: 'update', phi: false, ifMatch: 'required', body: z.strictObject({ isTwoPerson: z.boolean().optional(), needsApproval: z.boolean().optional(), accreditation: optionalText(120).optional() }), response: settings, errors: [] }),
}
