import type { ErrorSpec, RouteInput } from '#contract/define.ts'
import { type pharmacy, pharmacyErrors } from '#contract/pharmacy.ts'
import type { Tx } from '#kernel/db.ts'
import { AppError, invalidField } from '#kernel/errors.ts'
import { add, compare, subtract } from '#kernel/money.ts'
import { message } from '#kernel/text-i18n.ts'
import { keyOfBatch, type Picked, usableLots, type Want } from '../inventory/index.ts'
import { type ScannedLot, scannedLots } from './sales-repo.ts'

type Line = RouteInput<(typeof pharmacy)['quoteSale']>['body']['lines'][number]

export interface AskedLine {
  line: Line
  itemName: string
  /** In base units. */
  quantity: string
  path: string
}

interface Shop {
  storeId: string
  /** The day in the facility. */
  today: string
}

function refusal(tx: Tx, spec: ErrorSpec, path: string, values: Record<string, string>): AppError {
  return new AppError(spec, { values, fields: [{ path: `${path}.batch`, code: 'pharmacy.batch_refused', message: message(tx.ctx.locale, `errors.${spec.code}`, values) }] })
}

/** The lots of a scanned batch that may be sold; what is printed on the pack counts as well as what the books say of it. */
function saleable(tx: Tx, { line, itemName, path }: AskedLine, lots: readonly ScannedLot[], { today }: Shop): ScannedLot[] {
  const batch = line.batch ?? ''
  const own = lots.filter((lot) => lot.item_id === line.itemId && keyOfBatch(lot.batch) === keyOfBatch(batch))
  const printed = own.filter((lot) => lot.expires_on === line.expiresOn)
  const meant = printed.length > 0 ? printed : own
  const values = { batch, item: itemName }
  if (line.expiresOn !== undefined && line.expiresOn < today) throw refusal(tx, pharmacyErrors.batch_expired, path, { ...values, on: line.expiresOn })
  const [first] = meant
  if (first === undefined) throw refusal(tx, pharmacyErrors.batch_unknown, path, values)
  const free = meant.filter((lot) => lot.state === 'available')
  const held = meant.find((lot) => lot.state !== 'available')
  if (free.length === 0 && held !== undefined) throw refusal(tx, held.state === 'recalled' ? pharmacyErrors.batch_recalled : pharmacyErrors.batch_held, path, { ...values, reason: held.state_reason })
  const good = free.filter((lot) => lot.expires_on >= today)
  if (good.length === 0) throw refusal(tx, pharmacyErrors.batch_expired, path, { ...values, on: free[0]?.expires_on ?? first.expires_on })
  const here = good.filter((lot) => compare(lot.quantity, '0') > 0)
  if (here.length === 0) throw refusal(tx, pharmacyErrors.batch_not_here, path, values)
  return here
}

/** Over the lots of one batch that differ in price or vendor: as much as each has; what is missing is asked of the last, which says that it is short. */
function spread(asked: AskedLine, lots: readonly ScannedLot[], left: Map<string, string>): Want[] {
  let open = asked.quantity
  return lots.flatMap((lot, index) => {
    const has = left.get(lot.id) ?? lot.quantity
    const quantity = index === lots.length - 1 || compare(has, open) >= 0 ? open : has
    if (compare(quantity, '0') <= 0) return []
    open = subtract(open, quantity)
    left.set(lot.id, subtract(has, quantity))
    return [{ itemId: asked.line.itemId, lotId: lot.id, path: asked.path, quantity }]
  })
}

/** What is to be picked: a scanned batch from its own lots in the store, what was only named by first expiry. */
export async function wantsOf(tx: Tx, shop: Shop, lines: readonly AskedLine[]): Promise<Want[]> {
  const twice = lines.find(({ line }) => line.lotId !== undefined && line.batch !== undefined)
  if (twice !== undefined) throw invalidField(`${twice.path}.batch`, 'value.refused')
  const scanned = lines.flatMap(({ line }) => (line.batch === undefined ? [] : [{ itemId: line.itemId, batch: line.batch }]))
  const lots = scanned.length === 0 ? [] : await scannedLots(tx, shop.storeId, scanned)
  const left = new Map<string, string>()
  return lines.flatMap((asked) => asked.line.batch === undefined ? [{ itemId: asked.line.itemId, lotId: asked.line.lotId, path: asked.path, quantity: asked.quantity }] : spread(asked, saleable(tx, asked, lots, shop), left))
}

/** The lines whose named lot passes over one that expires earlier and stays on the shelf. */
export async function passingOver(tx: Tx, { storeId, today }: Shop, lines: readonly AskedLine[], picked: readonly Picked[]): Promise<ReadonlySet<string>> {
  const named = new Set(lines.filter(({ line }) => line.lotId !== undefined || line.batch !== undefined).map(({ path }) => path))
  const chosen = picked.filter((one) => named.has(one.path))
  if (chosen.length === 0) return new Set()
  const shelf = await usableLots(tx, storeId, [...new Set(chosen.map((one) => one.itemId))], today)
  const taken = new Map<string, string>()
  for (const one of picked) taken.set(one.lot.id, add(taken.get(one.lot.id) ?? '0', one.quantity))
  const staying = shelf.filter((lot) => compare(lot.quantity, taken.get(lot.lot_id) ?? '0') > 0)
  return new Set(chosen.filter(({ itemId, lot }) => staying.some((other) => other.item_id === itemId && other.expires_on < lot.expires_on)).map((one) => one.path))
}
