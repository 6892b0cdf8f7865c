import type { RouteInput } from '#contract/define.ts'
import { type medications, systemData } from '#contract/medications.ts'
import { medicineSystem } from '#contract/encounters.ts'
import type { Ctx } from '#kernel/context.ts'
import { checkVersion, withContext } from '#kernel/db.ts'
import { AppError, found } from '#kernel/errors.ts'
import { kernelErrors } from '#contract/common/problem.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { invalidInput } from '#kernel/problems.ts'
import { foldText } from '#kernel/text.ts'
import { countedIn } from './ports.ts'
import { presentMedication } from './present.ts'
import * as repo from './repo.ts'

type Input<K extends keyof typeof medications> = RouteInput<(typeof medications)[K]>

// A cursor carries the folded name and is bounded; folding may lengthen a name fourfold.
const foldedLength = 140
const folded = (name: string): string => [...foldText(name)].slice(0, foldedLength).join('')

export function listMedications(ctx: Ctx, { query }: Input<'listMedications'>) {
  const page = pageOf(query)
  const text = (query.search ?? '').trim()
  const prefix = text === '' ? null : folded(text)
  if (prefix === '') return Promise.resolve({ items: [], nextCursor: null })
  return withContext(ctx, async (tx) => {
    const rows = await repo.listMedications(tx, { prefix, system: query.system, isActive: query.isActive === undefined ? undefined : query.isActive === 'true' }, page)
    const stockedIn = await countedIn(tx, rows.map((row) => row.id))
    return toPage(rows, page.limit, (row) => ({ at: row.name_folded, id: row.id }), (row) => ({ ...presentMedication(row), countedIn: stockedIn(row.id).map(({ unit, isDivisible, packs }) => ({ unit, isDivisible, packs: [...packs] })) }))
  })
}

export function readMedication(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => presentMedication(found(await repo.readMedication(tx, id))))
}

export function createMedication(ctx: Ctx, { body }: Input<'createMedication'>) {
  const genericName = body.genericName ?? ''
  return withContext(ctx, async (tx) =>
    presentMedication(
      await repo.insertMedication(tx, {
        name: body.name, name_folded: folded(body.name), generic_name: genericName, generic_folded: folded(genericName), system: body.system, system_data: JSON.stringify(body.systemData), is_active: body.isActive,
      }),
    ))
}

/** The details checked by the system of the medicine, which does not change. */
function checkedData(system: string, data: Record<string, string>): string {
  const result = systemData[medicineSystem.parse(system)].safeParse(data)
  if (result.success) return JSON.stringify(result.data)
  const fields = invalidInput(result.error, '').params.fields ?? []
  throw new AppError(kernelErrors.invalid, { fields: fields.map((field) => ({ ...field, path: ['systemData', field.path].filter(Boolean).join('.') })) })
}

export function updateMedication(ctx: Ctx, { params, body, ifMatch }: Input<'updateMedication'>) {
  return withContext(ctx, async (tx) => {
    const before = found(await repo.lockMedication(tx, params.id))
    checkVersion(before, ifMatch)
    const change = {
      ...(body.name === undefined ? {} : { name: body.name, name_folded: folded(body.name) }),
      ...(body.genericName === undefined ? {} : { generic_name: body.genericName, generic_folded: folded(body.genericName) }),
      ...(body.systemData === undefined ? {} : { system_data: checkedData(before.system, body.systemData) }),
      ...(body.isActive === undefined ? {} : { is_active: body.isActive }),
    }
    return presentMedication(await repo.updateMedication(tx, params.id, before.version, change))
  })
}
