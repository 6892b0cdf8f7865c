import { z } from 'zod'
import { date, id, money } from './common/values.ts'
import { pageQuery } from './common/page.ts'
import { route } from './define.ts'

/** How an item moves: what there is lasts at most so long as asked, longer, or nothing of it was used at all. */
export const moverSpeed = z.enum(['fast', 'slow', 'still'])
const kind = z.enum(['medicine', 'consumable', 'reagent', 'equipment', 'linen', 'food'])
const mover = z.object({ itemId: id, sku: z.string(), name: z.string(), unit: z.string(), used: z.string(), cost: money, onHand: z.string(), value: money, coverDays: z.int().nullable(), lastUsedIn: date.nullable() })
const agedLot = z.object({ lotId: id, itemId: id, itemName: z.string(), unit: z.string(), batch: z.string(), storeId: id, storeName: z.string(), quantity: z.string(), value: money, since: date, days: z.int(), expiresOn: date.nullable() })
const bucket = z.object({ fromDays: z.int(), toDays: z.int().nullable(), lots: z.int(), value: money })
const used = z.object({ itemId: id, name: z.string(), unit: z.string(), quantity: z.string(), cost: money, share: z.string(), class: z.enum(['A', 'B', 'C']), importance: z.enum(['', 'vital', 'essential', 'desirable']) })
const read = { method: 'GET', permission: 'inventory.read', audit: 'none', phi: false, errors: [] } as const
const paper = { ...read, audit: 'print', response: 'binary', transaction: 'none', rate: 'export' } as const

const place = { storeId: id.optional(), facilityId: id.optional() }
const paged = { limit: z.coerce.number().int().min(1).max(500).default(500), cursor: pageQuery.shape.cursor }
const next = z.string().nullable()
const onDay = { on: date.optional(), ...place }
const between = { from: date, to: date, ...place }
const ofMovers = { ...between, speed: moverSpeed.default('fast'), coverDays: z.coerce.number().int().min(1).max(3650).default(90) }

/** What stock tells about itself: what it is worth, what of it was used, how fast it moves and how old it is; of a store, a facility or all of one's own. */
export const reportRoutes = {
  valuation: route({ ...read, path: '/stock/valuation', summary: 'Value of the stock by kind of item, by lot cost and at the moving average', query: z.strictObject(onDay), response: z.object({ on: date, items: z.array(z.object({ kind, byLot: money, atAverage: money })), byLot: money, atAverage: money }) }),
  consumption: route({ ...read, path: '/stock/consumption', summary: 'What was used in whole months by item, the dearest first, with its share of all and its class', query: z.strictObject({ ...between, ...paged }), response: z.object({ items: z.array(used), nextCursor: next }) }),
  movers: route({ ...read, path: '/stock/movers', summary: 'Items that move fast, slowly or not at all, the dearest first', description: 'Fast: what is there lasts at most `coverDays` at the pace of the whole months asked about. Slow: it lasts longer. Still: it is there and nothing of it was used.', query: z.strictObject({ ...ofMovers, ...paged }), response: z.object({ items: z.array(mover), nextCursor: next }) }),
  ageing: route({ ...read, path: '/stock/ageing', summary: 'How old the stock is: its value by age, and its lots, what has lain longest first', query: z.strictObject({ ...place, ...paged }), response: z.object({ buckets: z.array(bucket), items: z.array(agedLot), nextCursor: next }) }),
  printValuation: route({ ...paper, path: '/stock/valuation/pdf', summary: 'The value of the stock on letterhead', query: z.strictObject(onDay) }),
  printConsumption: route({ ...paper, path: '/stock/consumption/pdf', summary: 'The whole of what was used on letterhead', query: z.strictObject(between) }),
  printMovers: route({ ...paper, path: '/stock/movers/pdf', summary: 'All items that move as asked on letterhead', query: z.strictObject(ofMovers) }),
  printAgeing: route({ ...paper, path: '/stock/ageing/pdf', summary: 'The age of the whole stock on letterhead', query: z.strictObject(place) }),
}
