import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type OrderableBody, orderableBody } from '#contract/order-catalogue.ts'
import type { RouteInput } from '#contract/define.ts'
import type { orders } from '#contract/orders.ts'
import type { Ctx } from '#kernel/context.ts'
import { csvOf, csvValue } from '#kernel/csv.ts'
import { withContext } from '#kernel/db.ts'
import { invalidField } from '#kernel/errors.ts'
import { readTable, type TableRow } from '#kernel/table-file.ts'
import { faultsOf, garbledOf, importRows, type RowFault } from '#kernel/table-import.ts'
import { namedServices } from '../billing/index.ts'
import { addOrderable } from './orderables.ts'
import * as repo from './orderables-repo.ts'

const head = ['kind', 'code', 'name', 'nameEn', 'nameHi', 'nameAr', 'nameEs', 'nameFr', 'category', 'bodySite', 'hasSide', 'isIonising', 'contrast', 'standardSystem', 'standardCode', 'instructions', 'serviceCode'] as const
const columns = Object.fromEntries(head.map((name) => [name, [name.toLowerCase()]]))
const languages = { en: 'nameEn', hi: 'nameHi', ar: 'nameAr', es: 'nameEs', fr: 'nameFr' } as const

interface Good {
  line: number
  body: OrderableBody
}

type Services = ReadonlyMap<string, { id: string }>

const isYes = (text: string): boolean | string => (['', 'no', 'false', '0'].includes(text.toLowerCase()) ? false : ['yes', 'true', '1'].includes(text.toLowerCase()) ? true : text)

/** A row by the rules of the form, or what is wrong with it, every field. */
function check(row: TableRow, services: Services): Good | RowFault[] {
  const garbled = garbledOf(row)
  if (garbled.length > 0) return garbled
  const cell = (name: (typeof head)[number]): string => csvValue((row.cells[name] ?? '').trim())
  const named = Object.entries(languages).flatMap(([language, column]) => (cell(column) === '' ? [] : [[language, cell(column)]]))
  const service = services.get(cell('serviceCode'))
  const parsed = orderableBody.safeParse({
    kind: cell('kind').toLowerCase(), code: cell('code'), name: cell('name'), names: Object.fromEntries(named), category: cell('category'), bodySite: cell('bodySite'), hasSide: isYes(cell('hasSide')), isIonising: isYes(cell('isIonising')), contrast: cell('contrast') === '' ? 'none' : cell('contrast').toLowerCase(), instructions: cell('instructions'),
    ...(cell('standardCode') === '' ? {} : { standard: { system: cell('standardSystem'), code: cell('standardCode') } }), ...(service === undefined ? {} : { serviceId: service.id }),
  })
  const faults = parsed.success ? [] : faultsOf(row.line, parsed.error.issues, 1)
  if (cell('serviceCode') !== '' && service === undefined) faults.push({ line: row.line, path: 'serviceCode', code: 'reference.unknown' })
  return parsed.success && faults.length === 0 ? { line: row.line, body: parsed.data } : faults
}

const keyOf = (one: { kind: string; code: string }): string => `${one.kind}|${one.code}`

/** What may be ordered from a table: good rows go in, bad ones are named; a kind and code that are known stay as they are. */
export async function importOrderables(ctx: Ctx, { upload }: RouteInput<(typeof orders)['importOrderables']>) {
  const [file] = upload.files
  if (file === undefined) throw invalidField('file', 'required')
  const rows = await readTable(file, columns, ['kind', 'code', 'name'])
  const codes = [...new Set(rows.flatMap((row) => csvValue((row.cells['serviceCode'] ?? '').trim()) || []))]
  const services = new Map((await withContext(ctx, (tx) => namedServices(tx, { codes }))).map((service) => [service.code, service]))
  return importRows<Good>(ctx, {
    isDry: upload.fields['dryRun'] === 'true',
    rows: rows.map((row) => check(row, services)),
    keyOf: ({ body }) => keyOf(body),
    known: async (tx, part) => new Set((await repo.namedOrderables(tx, { ids: [], codes: part.map(({ body }) => body.code) })).map(keyOf)),
    add: async (tx, part) => {
      for (const { body } of part) await addOrderable(tx, body)
    },
  })
}

/** The catalogue as CSV, as the import reads it. */
export async function exportOrderables(ctx: Ctx) {
  const lines = await withContext(ctx, async (tx) => {
    const rows = await repo.allOrderables(tx)
    const services = new Map((await namedServices(tx, { ids: [...new Set(rows.flatMap((row) => row.service_id ?? []))] })).map((service) => [service.id, service.code]))
    const yes = (value: boolean): string => (value ? 'yes' : '')
    return rows.map((row) => [
      row.kind, row.code, row.name, row.names['en'], row.names['hi'], row.names['ar'], row.names['es'], row.names['fr'], row.category, row.body_site, yes(row.has_side), yes(row.is_ionising), row.contrast === 'none' ? '' : row.contrast, row.standard_system, row.standard_code, row.instructions, services.get(row.service_id ?? ''),
    ])
  })
  return { contentType: 'text/csv; charset=utf-8', filename: 'orderables.csv', body: Buffer.from(csvOf([head, ...lines])) }
}

const starterFile = fileURLToPath(new URL('starter-orderables.csv', import.meta.url))

/** The starter catalogue: names alone, no limits and no doses. A hospital adds its prices and takes out what it does not do. */
export async function starterOrderables(): Promise<OrderableBody[]> {
  const rows = await readTable({ filename: 'starter.csv', bytes: readFileSync(starterFile) }, columns, ['kind', 'code', 'name'])
  return rows.flatMap((row) => {
    const one = check(row, new Map())
    if (Array.isArray(one)) throw new Error(`starter-orderables.csv: ${JSON.stringify(one)}`)
    return one.body
  })
}

export async function addStarterOrderables(ctx: Ctx) {
  const bodies = await starterOrderables()
  return withContext(ctx, async (tx) => {
    const known = new Set((await repo.namedOrderables(tx, { ids: [], codes: bodies.map((body) => body.code) })).map(keyOf))
    const fresh = bodies.filter((body) => !known.has(keyOf(body)))
    for (const body of fresh) await addOrderable(tx, body)
    return { created: fresh.length }
  })
}
