import { type clinical, clinicalErrors, noteLifecycle, type Vitals } from '#contract/clinical.ts'
import type { RouteInput } from '#contract/define.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { encounterForWrite, encounterOf } from '../encounters/index.ts'
import { userNames } from '../people/index.ts'
import { presentDiagnosis, presentNote, presentObservation } from './present.ts'
import * as repo from './repo.ts'
import { bmi, implausible, measureNames, measures, news2 } from './rules.ts'
import { templates } from './templates.ts'

type Input<K extends keyof typeof clinical> = RouteInput<(typeof clinical)[K]>

function scores(vitals: Vitals) {
  const warning = news2(vitals)
  const index = bmi(vitals)
  return { ...(warning === undefined ? {} : { news2: warning.score, news2Risk: warning.risk }), ...(index === undefined ? {} : { bmi: index }) }
}

export function recordVitals(ctx: Ctx, { params, body }: Input<'recordVitals'>) {
  const wrong = implausible(body)
  if (wrong.length > 0) throw new AppError(clinicalErrors.implausible, { fields: wrong })
  const given = measureNames.filter((name) => body[name] !== undefined)
  if (given.length === 0) throw new AppError(clinicalErrors.nothing_recorded, { fields: [{ path: 'body', code: 'clinical.nothing_recorded' }] })
  return withContext(ctx, async (tx) => {
    const encounter = await encounterForWrite(tx, params.id)
    requirePermission(ctx, 'clinical.vitals', encounter.facility_id)
    const set = newId()
    const occurredAt = body.occurredAt === undefined ? ctx.now : new Date(body.occurredAt)
    const values = Object.fromEntries(given.map((name) => [name, body[name] ?? 0]))
    const common = { patient_id: encounter.patient_id, encounter_id: encounter.id, set_id: set, value_text: '', occurred_at: occurredAt }
    await repo.insertObservations(tx, given.map((name) => ({ ...common, code: measures[name].code, display: measures[name].display, unit: measures[name].unit, value_number: body[name] ?? null })))
    return { id: set, version: 1, encounterId: encounter.id, occurredAt: occurredAt.toISOString(), values, ...scores(body) }
  })
}

const nameOf = new Map(measureNames.map((name) => [measures[name].code, name]))

export function listVitals(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => {
    found(await encounterOf(tx, id))
    const sets = Map.groupBy((await repo.observationsOfEncounter(tx, id)).filter((row) => row.set_id !== null && nameOf.has(row.code)), (row) => row.set_id ?? '')
    const items = [...sets].map(([set, rows]) => {
      const values = Object.fromEntries(rows.flatMap((row) => (nameOf.get(row.code) === undefined ? [] : [[nameOf.get(row.code) ?? '', Number(row.value_number)]])))
      return { id: set, version: 1, encounterId: id, occurredAt: rows[0]?.occurred_at.toISOString() ?? '', values, ...scores(values) }
    })
    return { items, nextCursor: null }
  })
}

export function listObservations(ctx: Ctx, { params, query }: Input<'listObservations'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => toPage(await repo.listObservations(tx, params.id, query.code, page), page.limit, (row) => ({ at: row.occurred_at.toISOString(), id: row.id }), presentObservation))
}

export function observationInError(ctx: Ctx, { params, body }: Input<'observationInError'>) {
  return withContext(ctx, async (tx) => presentObservation(found(await repo.markObservation(tx, params.id, body.reason))))
}

export async function listTemplates(_ctx: Ctx, { query }: Input<'listTemplates'>) {
  const chosen = templates.filter((template) => query.system === undefined || template.system === null || template.system === query.system)
  return { items: chosen.map((template) => ({ ...template, sections: [...template.sections] })), nextCursor: null }
}

const shownNote = async (tx: Tx, row: repo.NoteRow) => presentNote(row, await userNames(tx, [row.author_id]))

export function listNotes(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => {
    found(await encounterOf(tx, id))
    const rows = await repo.notesOf(tx, id)
    const names = await userNames(tx, rows.map((row) => row.author_id))
    return { items: rows.map((row) => presentNote(row, names)), nextCursor: null }
  })
}

/** Begins a note in an open visit as a draft. */
export function writeNote(ctx: Ctx, { params, body }: Input<'writeNote'>) {
  return withContext(ctx, async (tx) => {
    const encounter = await encounterForWrite(tx, params.id)
    requirePermission(ctx, 'clinical.notes', encounter.facility_id)
    const template = templates.find((one) => one.id === body.templateId)
    return shownNote(tx, await repo.insertNote(tx, { patient_id: encounter.patient_id, encounter_id: encounter.id, template_id: template?.id ?? null, template_version: template?.version ?? null, text: body.text }))
  })
}

export function updateNote(ctx: Ctx, { params, body, ifMatch }: Input<'updateNote'>) {
  return withContext(ctx, async (tx) => {
    const note = found(await repo.lockNote(tx, params.id))
    if (note.state !== 'draft') throw new AppError(clinicalErrors.note_signed)
    checkVersion(note, ifMatch)
    return shownNote(tx, await repo.updateNote(tx, params.id, note.version, { text: body.text }))
  })
}

/** Signs a draft; from now on only an addendum. */
export function signNote(ctx: Ctx, { params, ifMatch }: Input<'signNote'>) {
  return withContext(ctx, async (tx) => {
    const note = found(await repo.lockNote(tx, params.id))
    checkVersion(note, ifMatch)
    const state = takeStep(noteLifecycle, note.state, 'sign')
    return shownNote(tx, await repo.updateNote(tx, params.id, note.version, { state, signed_at: ctx.now }))
  })
}

export function addAddendum(ctx: Ctx, { params, body }: Input<'addAddendum'>) {
  return withContext(ctx, async (tx) => {
    const note = found(await repo.lockNote(tx, params.id))
    if (note.state !== 'signed') throw new AppError(clinicalErrors.note_not_signed)
    const added = { patient_id: note.patient_id, encounter_id: note.encounter_id, template_id: null, template_version: null, text: body.text, state: 'signed', addendum_to: note.id, signed_at: ctx.now }
    return shownNote(tx, await repo.insertNote(tx, added))
  })
}

export function listDiagnoses(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => {
    found(await encounterOf(tx, id))
    return { items: (await repo.diagnosesOf(tx, id)).map(presentDiagnosis), nextCursor: null }
  })
}

/** Adds a diagnosis to an open visit, in words or with a code. */
export function addDiagnosis(ctx: Ctx, { params, body }: Input<'addDiagnosis'>) {
  return withContext(ctx, async (tx) => {
    const encounter = await encounterForWrite(tx, params.id)
    requirePermission(ctx, 'clinical.diagnoses', encounter.facility_id)
    return presentDiagnosis(await repo.insertDiagnosis(tx, { patient_id: encounter.patient_id, encounter_id: encounter.id, text: body.text, coding: body.coding === undefined ? null : JSON.stringify(body.coding), kind: body.kind }))
  })
}

export function endDiagnosis(ctx: Ctx, id: string, state: 'resolved' | 'entered-in-error', reason: string) {
  return withContext(ctx, async (tx) => presentDiagnosis(found(await repo.endDiagnosis(tx, id, state, reason))))
}

/** What a visit still lacks on the clinical side: a diagnosis in words or code, and a signed note. */
export async function missingForClose(tx: Tx, encounterId: string): Promise<string[]> {
  const diagnoses = await repo.diagnosesOf(tx, encounterId)
  const notes = await repo.notesOf(tx, encounterId)
  return [...(diagnoses.some((one) => one.state !== 'entered-in-error') ? [] : ['diagnosis']), ...(notes.some((note) => note.state === 'signed') ? [] : ['note'])]
}
