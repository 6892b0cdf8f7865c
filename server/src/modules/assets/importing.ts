import { type AssetBody, assetBody, type assets } from '#contract/assets.ts'
import type { RouteInput } from '#contract/define.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { invalidField } from '#kernel/errors.ts'
import { isUuid } from '#kernel/ids.ts'
import { readTable, type TableRow } from '#kernel/table-file.ts'
import { faultsOf, garbledOf, importRows, type RowFault } from '#kernel/table-import.ts'
import { foldText } from '#kernel/text.ts'
import { facilityOf } from '../organizations/index.ts'
import { categoriesByNames } from './categories-repo.ts'
import { assetColumnsOfTable, bodyOfRow, type Known } from './table-rules.ts'
import { addAsset } from './service.ts'
import { departmentsOf, knownSerials } from './register-repo.ts'

interface Good {
  line: number
  body: AssetBody
}

/** A row by the rules of the form, or what is wrong with it, every field. */
function check(row: TableRow, known: Known): Good | RowFault[] {
  const garbled = garbledOf(row)
  if (garbled.length > 0) return garbled
  const parsed = assetBody.safeParse(bodyOfRow(row.cells, known))
  if (parsed.success) return { line: row.line, body: parsed.data }
  return faultsOf(row.line, parsed.error.issues, 1)
}

async function knownIn(ctx: Ctx, facilityId: string, rows: readonly TableRow[]): Promise<Known> {
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
  return importRows(ctx, {
    isDry,
    rows: rows.map((row) => check(row, known)),
    keyOf: (row) => {
      const { maker, model, serial } = keyOf(row)
      return serial === '' ? undefined : `${maker}|${model}|${serial}`
    },
    known: (tx, part) => knownSerials(tx, part.map(keyOf)),
    add: async (tx, part) => {
      for (const row of part) await addAsset(tx, row.body)
    },
  })
}
