import { type LabTest, type LabTestWhole, testKind, testRules, valueKind } from '#contract/laboratory-catalogue.ts'
import type { NamedService } from '../billing/index.ts'
import type { RangeRow, SettingsRow, TestRow } from './catalogue-repo.ts'
import { plainNumber } from './number-rules.ts'
import { rangeGaps } from './range-rules.ts'

export const presentTest = (row: TestRow): LabTest => ({
  id: row.id, version: row.version, code: row.code, name: row.name, names: row.names, kind: testKind.parse(row.kind), valueKind: valueKind.parse(row.value_kind), category: row.category, bench: row.bench, specimenType: row.specimen_type, container: row.container, volumeMl: plainNumber(row.volume_ml), timepoint: row.timepoint, method: row.method, unit: row.unit,
  decimals: row.decimals, loinc: row.loinc, formula: row.formula, formulaSource: row.formula_source, formulaUnits: row.formula_units, turnaroundMinutes: row.turnaround_minutes, statMinutes: row.stat_minutes, serviceId: row.service_id, isSensitive: row.is_sensitive, isActive: row.is_active, choices: row.choices, rules: testRules.parse(row.rules), accredited: row.accredited,
})

const presentRange = (row: RangeRow) => ({
  id: row.id, sex: row.sex === 'female' ? ('female' as const) : row.sex === 'male' ? ('male' as const) : null, ageFromDays: row.age_from_days, ageToDays: row.age_to_days, weekFrom: row.week_to === 0 ? null : row.week_from, weekTo: row.week_to === 0 ? null : row.week_to, method: row.method,
  low: plainNumber(row.low), high: plainNumber(row.high), criticalLow: plainNumber(row.critical_low), criticalHigh: plainNumber(row.critical_high), text: row.text, source: row.source,
})

export const presentWhole = (row: TestRow, around: { service: NamedService | undefined; ranges: readonly RangeRow[]; members: readonly TestRow[] }): LabTestWhole => ({
  ...presentTest(row), service: around.service ?? null, ranges: around.ranges.map(presentRange), members: around.members.map((member) => ({ id: member.id, code: member.code, name: member.name })), gaps: rangeGaps(around.ranges),
})

export const presentSettings = (row: SettingsRow | undefined) => ({ version: row?.version ?? 1, isTwoPerson: row?.is_two_person ?? false, needsApproval: row?.needs_approval ?? false, accreditation: row?.accreditation ?? '' })
