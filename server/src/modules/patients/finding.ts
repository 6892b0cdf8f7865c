import type { Tx } from '#kernel/db.ts'
import { AppError } from '#kernel/errors.ts'
import { normalisePhone } from '#kernel/phone.ts'
import { blindIndex, seal, unseal } from '#kernel/seal.ts'
import { type SearchTerms, searchSubjects } from '#kernel/search.ts'
import { foldText, nameWords } from '#kernel/text.ts'
import { patientsErrors } from '#contract/patients.ts'
import { scorePair, duplicateThreshold } from './duplicates.ts'
import * as repo from './repo.ts'

export const searchKind = 'patient'
const identifierPlace = 'patient_identifiers.value'
export const identifierHash = (tenantId: string, value: string): string => blindIndex(tenantId, identifierPlace, value.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, ''))

/** Seals a number of a patient for its row. */
export const sealIdentifier = (tenantId: string, id: string, value: string): Buffer => seal(tenantId, `${identifierPlace}.${id}`, value)
/** Opens the number of a row; what was sealed before rows were bound is bound to the column. */
export const openIdentifier = (tenantId: string, id: string, sealed: Uint8Array): string => unseal(tenantId, `${identifierPlace}.${id}`, sealed, identifierPlace)

interface Findable {
  mrn: string
  given_name: string
  family_name: string
  local_name: string
  phones: readonly string[]
}

/** What a patient is found by. */
export const termsOf = (row: Findable, hashes: readonly string[]): SearchTerms => ({ names: [row.given_name, row.family_name, row.local_name], numbers: [row.mrn], phones: row.phones, hashes })

/** Name and number of some patients for a list that names them, in one statement. */
export async function patientNames(tx: Tx, ids: readonly (string | null)[]): Promise<Map<string, { name: string; mrn: string }>> {
  const wanted = [...new Set(ids)].filter((id) => id !== null)
  const rows = wanted.length === 0 ? [] : await repo.patientsByIds(tx, wanted)
  return new Map(rows.map((row) => [row.id, { name: `${row.given_name} ${row.family_name}`.trim(), mrn: row.mrn }]))
}

export interface Likeness {
  id?: string
  givenName: string
  familyName: string
  birthDate: string | null
  sex: string
  phones: readonly string[]
}

const person = (one: Likeness) => ({ givenName: one.givenName, familyName: one.familyName, birthDate: one.birthDate ?? undefined, sex: one.sex, phones: [...one.phones] })

const wholeName = (row: Pick<repo.PatientRow, 'given_name' | 'family_name'>): string => nameWords(`${row.given_name} ${row.family_name}`).toSorted().join(' ')

/** Records that may be the same person, by name in any order and by phone; highest score first. */
export async function likelyDuplicates(tx: Tx, one: Likeness) {
  const name = foldText(`${one.givenName} ${one.familyName}`)
  const [phone] = one.phones
  const [byName, byPhone] = await Promise.all([
    name.length < 2 ? [] : searchSubjects(tx, searchKind, name, { limit: 20 }),
    phone === undefined ? [] : searchSubjects(tx, searchKind, phone, { limit: 10 }),
  ])
  const ids = [...new Set([...(byName ?? []), ...(byPhone ?? [])])].filter((id) => id !== one.id)
  if (ids.length === 0) return []
  const rows = (await repo.patientsByIds(tx, ids)).filter((row) => row.merged_into === null)
  const bearers = new Map<string, number>()
  for (const row of rows) bearers.set(wholeName(row), (bearers.get(wholeName(row)) ?? 0) + 1)
  return rows
    .map((row) => ({ row, ...scorePair(person(one), person({ givenName: row.given_name, familyName: row.family_name, birthDate: row.birth_date, sex: row.sex, phones: row.phones }), bearers.get(wholeName(row))) }))
    .filter((hint) => hint.score >= duplicateThreshold)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, 5)
}

export const presentHint = (hint: Awaited<ReturnType<typeof likelyDuplicates>>[number]) => ({
  patientId: hint.row.id,
  mrn: hint.row.mrn,
  name: `${hint.row.given_name} ${hint.row.family_name}`.trim(),
  score: Math.round(hint.score * 1000) / 1000,
  reasons: hint.reasons,
})

/** Phones in E.164; a phone that cannot be read is 422 at its place. */
export function readPhones(phones: readonly string[] | undefined, region: string): string[] {
  return (phones ?? []).filter(Boolean).map((phone, index) => {
    const normal = normalisePhone(phone, region)
    if (normal === null) throw new AppError(patientsErrors.phone_invalid, { fields: [{ path: `phones.${index}`, code: 'patients.phone_invalid' }] })
    return normal
  })
}
