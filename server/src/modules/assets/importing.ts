import { type AssetBody, assetBody, type assets } from '#contract/assets.ts'
import type { RouteInput } from '#contract/define.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { AppError, invalidField } from '#kernel/errors.ts'
import { isUuid } from '#kernel/ids.ts'
import { message } from '#kernel/text-i18n.ts'
import { foldText } from '#kernel/text.ts'
import { garbledOf, readTable, type Row } from '../inventory/index.ts'
import { facilityOf } from '../organizations/index.ts'
import { categoriesByNames } from './categories-repo.ts'
import { assetColumnsOfTable, bodyOfRow, type Known } from './table-rules.ts'
import { addAsset } from './service.ts'
import { departmentsOf, knownSerials } from './register-repo.ts'

interface Fault {
  line: number
  path: string
  code: string
}

interface Good {
  line: number
  body: AssetBody
}

const rowsAtOnce = 100
const mostErrors = 1000

/** A row by the rules of the form, or what is wrong with it, every field. */
function check(row: Row, known: Known): Good | Fault[] {
  const garbled = garbledOf(row)
  if (garbled.length > 0) return garbled
  const parsed = assetBody.safeParse(bodyOfRow(row.cells, known))
  if (parsed.success) return { line: row.line, body: parsed.data }
  return [...new Map(parsed.error.issues.map((issue) => [issue.path.map(String)[0] ?? '', issue])).entries()].map(([path, issue]) => ({ line: row.line, path, code: issue.code === 'custom' ? issue.message : issue.code }))
}

class DryRun extends Error {}

/** Enters rows in one transaction; when one of them is refused, each alone, so that a bad row fails alone. */
async function addAll(ctx: Ctx, rows: readonly Good[], isDry: boolean): Promise<Fault[]> {
  try {
    await withContext(ctx, async (tx) => {
      for (const row of rows) await addAsset(tx, row.body)
      if (isDry) throw new DryRun()
    })
    return []
  } catch (error) {
    if (error instanceof DryRun) return []
    if (!(error instanceof AppError) || error.spec.status >= 500) throw error
    if (rows.length > 1) {
      const faults: Fault[] = []
      for (const row of rows) faults.push(...(await addAll(ctx, [row], isDry)))
      return faults
    }
    const [field] = error.params.fields ?? []
    return [{ line: rows[0]?.line ?? 0, path: field?.path ?? '', code: field?.code ?? error.spec.code }]
  }
}

async function knownIn(ctx: Ctx, facilityId: string, rows: readonly Row[]): Promise<Known> {
  return withContext(ctx, async (tx) => {
    const facility = await facilityOf(tx, facilityId)
    requirePermission(ctx, 'assets.write', facility.id)
    const categories = await categoriesByNames(tx, [...new Set(rows.map((row) => foldText(row.cells['category'] ?? '')))])
    const departments = await departmentsOf(tx, facility.id)
    return { facilityId: facility.id, currency: facility.currency, categories: new Map(categories.map((row) => [row.name_folded, row.id])), departments: new Map(departments.map((row) => [foldText(row.name), row.id])) }
  })
}

const keyOf = ({ body }: Good) => ({ maker: foldText(body.maker ?? ''), model: foldText(body.model ?? ''), serial: foldText(body.serialNumber ?? '') })

/** Assets from a table: good rows go in, bad ones are named; what is known by maker, model and serial number stays as it is. */
export async function importAssets(ctx: Ctx, { upload }: RouteInput<(typeof assets)['importAssets']>) {
  const [file] = upload.files
  if (file === undefined) throw invalidField('file', 'required')
  const facilityId = upload.fields['facilityId'] ?? ''
  if (!isUuid(facilityId)) throw invalidField('facilityId', 'required')
  const isDry = upload.fields['dryRun'] === 'true'
  const rows = await readTable(file, assetColumnsOfTable, ['name', 'category', 'purchasedOn', 'cost'])
  const known = await knownIn(ctx, facilityId, rows)
  const checked = rows.map((row) => check(row, known))
  const faults = checked.filter((one): one is Fault[] => Array.isArray(one)).flat()
  const failed = new Set(faults.map((fault) => fault.line))
  const good = checked.filter((one): one is Good => !Array.isArray(one))
  const seen = new Set<string>()
  let [created, unchanged] = [0, 0]
  for (let from = 0; from < good.length; from += rowsAtOnce) {
    const part = good.slice(from, from + rowsAtOnce)
    const taken = await withContext(ctx, (tx) => knownSerials(tx, part.map(keyOf)))
    const fresh = part.filter((one) => {
      const { maker, model, serial } = keyOf(one)
      const key = `${maker}|${model}|${serial}`
      const isNew = serial === '' || (!taken.has(key) && !seen.has(key))
      seen.add(key)
      return isNew
    })
    const refused = await addAll(ctx, fresh, isDry)
    for (const fault of refused) failed.add(fault.line)
    faults.push(...refused)
    unchanged = unchanged + part.length - fresh.length
    created = created + fresh.length - new Set(refused.map((fault) => fault.line)).size
  }
  const told = faults.toSorted((a, b) => a.line - b.line).slice(0, mostErrors)
  return { dryRun: isDry, counts: { read: rows.length, created, unchanged, failed: failed.size }, errors: told.map((fault) => ({ ...fault, message: message(ctx.locale, `fields.${fault.code}`, {}, message(ctx.locale, `errors.${fault.code}`, {}, fault.code)) })), errorCount: faults.length }
}
