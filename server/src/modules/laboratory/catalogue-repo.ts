import { sql } from 'kysely'
import type { Scope, TestRules } from '#contract/laboratory-catalogue.ts'
import { anyOf, anyText, insertMany, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'
import { afterPrefix } from '#kernel/text.ts'

const columns = [
  'id', 'version', 'code', 'name', 'name_folded', 'names', 'kind', 'value_kind', 'category', 'bench', 'specimen_type', 'container', 'volume_ml', 'timepoint', 'method', 'unit', 'decimals', 'loinc', 'formula', 'formula_source', 'formula_units', 'turnaround_minutes', 'stat_minutes', 'service_id', 'is_sensitive', 'is_active', 'choices', 'rules', 'accredited',
] as const

export interface TestRow {
  id: string
  version: number
  code: string
  name: string
  name_folded: string
  names: Record<string, string>
  kind: string
  value_kind: string
  category: string
  bench: string
  specimen_type: string
  container: string
  volume_ml: string | null
  timepoint: string
  method: string
  unit: string
  decimals: number | null
  loinc: string
  formula: string
  formula_source: string
  /** Unit by code of an input, as the formula was written for. */
  formula_units: Record<string, string>
  turnaround_minutes: number
  stat_minutes: number
  service_id: string | null
  is_sensitive: boolean
  is_active: boolean
  choices: { value: string; flag: '' | 'A' | 'AA' }[]
  rules: TestRules
  /** When it stands in the scope of accreditation. */
  accredited: Scope[]
}

export type TestWrite = Omit<TestRow, 'id' | 'version' | 'names' | 'choices' | 'rules' | 'formula_units' | 'accredited'> & { accredited: string; formula_units: string; names: string; choices: string; rules: string }

export function insertTest(tx: Tx, test: TestWrite): Promise<TestRow> {
  return tx.db.insertInto('lab_tests').values({ ...test, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
}

export function readTest(tx: Tx, id: string): Promise<TestRow | undefined> {
  return tx.db.selectFrom('lab_tests').select(columns).where('id', '=', id).executeTakeFirst()
}

export function lockTest(tx: Tx, id: string): Promise<TestRow | undefined> {
  return tx.db.selectFrom('lab_tests').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function updateTest(tx: Tx, id: string, version: number, change: Partial<TestWrite>): Promise<TestRow> {
  return tx.db.updateTable('lab_tests').set({ ...change, version: version + 1 }).where('id', '=', id).returning(columns).executeTakeFirstOrThrow()
}

export function testsByIds(tx: Tx, ids: readonly string[]): Promise<TestRow[]> {
  return tx.db.selectFrom('lab_tests').select(columns).where('id', '=', anyOf(ids)).execute()
}

export function testsByCodes(tx: Tx, codes: readonly string[]): Promise<TestRow[]> {
  return tx.db.selectFrom('lab_tests').select(columns).where('code', '=', anyText(codes)).execute()
}

export interface TestFilter {
  /** The beginning of the folded name or of the code. */
  prefix: string | null
  /** Beginnings of keys of names in other languages. */
  keys: readonly string[]
  bench?: string | undefined
  kind?: string | undefined
  isActive?: boolean | undefined
}

export function listTests(tx: Tx, filter: TestFilter, page: PageRequest): Promise<TestRow[]> {
  const { prefix, keys } = filter
  let query = tx.db.selectFrom('lab_tests').select(columns).orderBy('name_folded').orderBy('id').limit(page.limit + 1)
  if (prefix !== null) {
    const found = tx.db.selectFrom('lab_tests').select('id').where('name_folded', '>=', prefix).where('name_folded', '<', afterPrefix(prefix))
      .union(tx.db.selectFrom('lab_tests').select('id').where('code', '>=', prefix.toUpperCase()).where('code', '<', afterPrefix(prefix.toUpperCase())))
      .union(tx.db.selectFrom('lab_test_names').select('test_id as id').where((eb) => eb.or(keys.map((key) => eb.and([eb('key', '>=', key), eb('key', '<', afterPrefix(key))])))))
    query = query.where('id', 'in', found)
  }
  if (filter.bench !== undefined) query = query.where('bench', '=', filter.bench)
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind)
  if (filter.isActive !== undefined) query = query.where('is_active', '=', filter.isActive)
  return afterCursor(query, page.after, 'name_folded').execute()
}

export function allTests(tx: Tx): Promise<TestRow[]> {
  return tx.db.selectFrom('lab_tests').select(columns).orderBy('name_folded').orderBy('id').execute()
}

/** Tests whose formula says in which unit it reads this one. */
export function calculatedFrom(tx: Tx, code: string): Promise<TestRow[]> {
  return tx.db.selectFrom('lab_tests').select(columns).where('kind', '=', 'calculated').where(sql<boolean>`jsonb_exists(formula_units, ${code})`).orderBy('name_folded').orderBy('id').execute()
}

export interface MemberRow {
  panel_id: string
  member_id: string
  position: number
}

export function membersOf(tx: Tx, panelIds: readonly string[]): Promise<MemberRow[]> {
  return tx.db.selectFrom('lab_test_members').select(['panel_id', 'member_id', 'position']).where('panel_id', '=', anyOf(panelIds)).orderBy('panel_id').orderBy('position').execute()
}

export function allMembers(tx: Tx): Promise<MemberRow[]> {
  return tx.db.selectFrom('lab_test_members').select(['panel_id', 'member_id', 'position']).orderBy('panel_id').orderBy('position').execute()
}

export async function replaceMembers(tx: Tx, panelId: string, memberIds: readonly string[]): Promise<void> {
  await tx.db.deleteFrom('lab_test_members').where('panel_id', '=', panelId).execute()
  await insertMany(tx, 'lab_test_members', { id: 'uuid', panel_id: 'uuid', member_id: 'uuid', position: 'int' }, memberIds.map((member, index) => ({ id: newId(), panel_id: panelId, member_id: member, position: index + 1 })))
}

/** What a test is found by in other languages. */
export const insertNames = (tx: Tx, testId: string, keys: readonly string[]): Promise<void> => insertMany(tx, 'lab_test_names', { test_id: 'uuid', key: 'text' }, keys.map((key) => ({ test_id: testId, key })))

export async function replaceNames(tx: Tx, testId: string, keys: readonly string[]): Promise<void> {
  await tx.db.deleteFrom('lab_test_names').where('test_id', '=', testId).execute()
  await insertNames(tx, testId, keys)
}

const rangeColumns = ['id', 'test_id', 'sex', 'method', 'age_from_days', 'age_to_days', 'week_from', 'week_to', 'low', 'high', 'critical_low', 'critical_high', 'text', 'source'] as const

export interface RangeRow {
  id: string
  test_id: string
  sex: string
  method: string
  age_from_days: number
  age_to_days: number
  week_from: number
  week_to: number
  low: string | null
  high: string | null
  critical_low: string | null
  critical_high: string | null
  text: string
  source: string
}

/** The ranges that hold now. */
export function rangesOf(tx: Tx, testIds: readonly string[]): Promise<RangeRow[]> {
  return tx.db.selectFrom('lab_ranges').select(rangeColumns).where('test_id', '=', anyOf(testIds)).where('is_active', '=', true).orderBy('test_id').orderBy('age_from_days').orderBy('id').execute()
}

const rangeTypes = {
  id: 'uuid', test_id: 'uuid', sex: 'text', method: 'text', age_from_days: 'int', age_to_days: 'int', week_from: 'int', week_to: 'int', low: 'numeric', high: 'numeric', critical_low: 'numeric', critical_high: 'numeric', text: 'text', source: 'text', created_at: 'timestamptz', created_by: 'uuid',
} as const

/** New ranges take the place of the old ones, which are kept as they were. */
export async function replaceRanges(tx: Tx, testId: string, ranges: readonly Omit<RangeRow, 'id' | 'test_id'>[]): Promise<void> {
  await tx.db.updateTable('lab_ranges').set({ is_active: false }).where('test_id', '=', testId).where('is_active', '=', true).execute()
  await insertMany(tx, 'lab_ranges', rangeTypes, ranges.map((range) => ({ ...range, id: newId(), test_id: testId, created_at: tx.ctx.now, created_by: tx.ctx.userId })))
}

export interface SettingsRow {
  id: string
  version: number
  is_two_person: boolean
  needs_approval: boolean
  accreditation: string
}

const settingsColumns = ['id', 'version', 'is_two_person', 'needs_approval', 'accreditation'] as const

export function readSettings(tx: Tx): Promise<SettingsRow | undefined> {
  return tx.db.selectFrom('lab_settings').select(settingsColumns).executeTakeFirst()
}

export function insertSettings(tx: Tx, settings: Omit<SettingsRow, 'id' | 'version'>): Promise<SettingsRow> {
  return tx.db.insertInto('lab_settings').values({ ...settings, id: newId(), version: 2, created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(settingsColumns).executeTakeFirstOrThrow()
}

export function updateSettings(tx: Tx, row: SettingsRow, change: Partial<Omit<SettingsRow, 'id' | 'version'>>): Promise<SettingsRow> {
  return tx.db.updateTable('lab_settings').set({ ...change, version: row.version + 1 }).where('id', '=', row.id).where('version', '=', row.version).returning(settingsColumns).executeTakeFirstOrThrow()
}
