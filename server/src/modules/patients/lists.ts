import type { RouteInput } from '#contract/define.ts'
import type { patients } from '#contract/patients.ts'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { found } from '#kernel/errors.ts'
import { presentEntry, presentRelation } from './present.ts'
import * as repo from './repo.ts'
import { patientForWrite, readPatient } from './service.ts'

type Input<K extends keyof typeof patients> = RouteInput<(typeof patients)[K]>

export function listEntries(ctx: Ctx, { params, query }: Input<'listEntries'>) {
  return withContext(ctx, async (tx) => {
    const patient = found(await repo.readPatient(tx, params.id))
    return { items: (await repo.listEntries(tx, patient.merged_into ?? patient.id, query.kind)).map(presentEntry), nextCursor: null }
  })
}

/** Adds an allergy, problem, medicine, history or immunisation to the lists of a patient. */
export function addEntry(ctx: Ctx, { params, body }: Input<'addEntry'>) {
  return withContext(ctx, async (tx) => {
    const patient = await patientForWrite(tx, params.id)
    const row = await repo.insertEntry(tx, {
      patient_id: params.id, kind: body.kind, text: body.text, coding: body.coding === undefined ? null : JSON.stringify(body.coding), severity: body.severity ?? '', reaction: body.reaction ?? '', onset_on: body.onsetOn ?? null,
    })
    if (body.kind === 'allergy') await setAllergyStatus(tx, patient, 'recorded')
    return presentEntry(row)
  })
}

async function setAllergyStatus(tx: Tx, patient: repo.PatientRow, status: string): Promise<void> {
  if (patient.allergy_status !== status) await repo.updatePatient(tx, patient.id, patient.version, { allergy_status: status })
}

async function endEntry(ctx: Ctx, id: string, state: 'resolved' | 'entered-in-error', reason: string) {
  return withContext(ctx, async (tx) => {
    const entry = found(await repo.readEntry(tx, id))
    const row = await repo.updateEntry(tx, id, { state, reason, version: entry.version + 1 })
    const active = (await repo.listEntries(tx, entry.patient_id, 'allergy')).filter((one) => one.state === 'active')
    if (entry.kind === 'allergy' && active.length === 0) await setAllergyStatus(tx, found(await repo.readPatient(tx, entry.patient_id)), 'not-asked')
    return presentEntry(row)
  })
}

export const resolveEntry = (ctx: Ctx, id: string) => endEntry(ctx, id, 'resolved', '')
export const markEntryInError = (ctx: Ctx, id: string, reason: string) => endEntry(ctx, id, 'entered-in-error', reason)

export async function noKnownAllergies(ctx: Ctx, id: string) {
  await withContext(ctx, async (tx) => setAllergyStatus(tx, await patientForWrite(tx, id), 'none-known'))
  return readPatient(ctx, id)
}

export function listRelations(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => ({ items: (await repo.listRelations(tx, id)).map(presentRelation), nextCursor: null }))
}

export function addRelation(ctx: Ctx, { params, body }: Input<'addRelation'>) {
  return withContext(ctx, async (tx) => {
    await patientForWrite(tx, params.id)
    return presentRelation(await repo.insertRelation(tx, { patient_id: params.id, related_patient_id: body.relatedPatientId ?? null, name: body.name, relation: body.relation, phone: body.phone }))
  })
}

/** What the patient is allergic to now; for checks before a medicine is given. */
export async function activeAllergies(tx: Tx, patientId: string): Promise<{ text: string; severity: string }[]> {
  const entries = await repo.listEntries(tx, patientId, 'allergy')
  return entries.filter((entry) => entry.state === 'active').map(({ text, severity }) => ({ text, severity }))
}

/** A patient with allergies and problems of now, by one question; undefined when there is none. */
export async function patientWithLists(tx: Tx, patientId: string) {
  const row = await repo.patientRecord(tx, patientId)
  if (row === undefined) return undefined
  const { lists, ...patient } = row
  return { patient, allergies: lists.filter((one) => one.kind === 'allergy').map(({ text, severity }) => ({ text, severity })), problems: lists.filter((one) => one.kind === 'problem').map(({ text, coding }) => ({ text, coding })) }
}

/** The patient's problems now, as they were written; for checks before a medicine is given. */
export async function activeProblems(tx: Tx, patientId: string): Promise<string[]> {
  const entries = await repo.listEntries(tx, patientId, 'problem')
  return entries.filter((entry) => entry.state === 'active').map(({ text }) => text)
}
