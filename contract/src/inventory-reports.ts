import { z } from 'zod'
import { date, id, money } from './common/values.ts'
import { route } from './define.ts'

/** How an item moves: what there is lasts at most so long as asked, longer, or nothing of it was used at all. */
export const moverSpeed = z.enum(['fast', 'slow', 'still'])
const mover = z.object({ itemId: id, sku: z.string(), name: z.string(), unit: z.string(), used: z.string(), cost: money, onHand: z.string(), value: money, coverDays: z.int().nullable(), lastUsedIn: date.nullable() })
const agedLot = z.object({ lotId: id, itemId: id, itemName: z.string(), unit: z.string(), batch: z.string(), storeId: id, storeName: z.string(), quantity: z.string(), value: money, since: date, days: z.int(), expiresOn: date.nullable() })
const bucket = z.object({ fromDays: z.int(), toDays: z.int().nullable(), lots: z.int(), value: money })
const read = { method: 'GET', permission: 'inventory.read', audit: 'none', phi: false, errors: [] } as const

/** What stock tells about itself: how fast it moves and how old it is. */
export const reportRoutes = {
  movers: route({ ...read, path: '/stock/movers', summary: 'Items that move fast, slowly or not at all, the dearest first, at most 500', description: 'Fast: what is there lasts at most `coverDays` at the pace of the whole months asked about. Slow: it lasts longer. Still: it is there and nothing of it was used.', query: z.strictObject({ from: date, to: date, speed: moverSpeed, coverDays: z.coerce.number().int().min(1).max(3650).default(90), storeId: id.optional() }), response: z.object({ items: z.array(mover), nextCursor: z.null() }) }),
  ageing: route({ ...read, path: '/stock/ageing', summary: 'How old the stock is: its value by age, and the 500 lots that have lain longest', query: z.strictObject({ storeId: id.optional() }), response: z.object({ buckets: z.array(bucket), items: z.array(agedLot), nextCursor: z.null() }) }),
}
