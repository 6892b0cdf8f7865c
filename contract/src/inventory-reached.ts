import { z } from 'zod'
import { date, id, idParams } from './common/values.ts'
import { page, pageQuery } from './common/page.ts'
import { route } from './define.ts'

/** A patient and a lot: what they had of it and did not bring back. */
const reached = z.object({ patientId: id, patientName: z.string(), patientMrn: z.string(), phones: z.array(z.string()), quantity: z.string(), lastAt: z.string(), lotId: id, itemName: z.string(), batch: z.string(), unit: z.string() })
const unnamed = z.object({ document: z.object({ type: z.string(), id }), number: z.string(), customer: z.string(), storeName: z.string(), lotId: id, itemName: z.string(), batch: z.string(), quantity: z.string(), returned: z.string(), unit: z.string(), at: z.string() })
const concerned = z.object({ lotId: id, itemName: z.string(), batch: z.string(), expiresOn: date.nullable(), state: z.enum(['available', 'quarantined', 'recalled']), isMade: z.boolean(), onHand: z.string(), unit: z.string() })
const of = { permission: 'inventory.read', params: idParams, errors: [] } as const
const file = { ...of, method: 'GET', phi: true, response: 'binary', transaction: 'none', rate: 'export' } as const

/** Whom a batch has reached: every lot of it, and what was made from them. */
export const reachedRoutes = {
  listReached: route({ ...of, method: 'GET', path: '/lots/{id}/patients', summary: 'Patients who had of a lot’s batch, or of what was made from it; a line for each patient and lot', audit: 'search', phi: true, query: pageQuery, response: page(reached) }),
  listReachedUnnamed: route({ ...of, method: 'GET', path: '/lots/{id}/unnamed', summary: 'What left of a lot’s batch, or of what was made from it, to nobody by name: counter sales and issues', audit: 'search', phi: true, query: pageQuery, response: page(unnamed) }),
  listConcerned: route({ ...of, method: 'GET', path: '/lots/{id}/batch', summary: 'All lots of a lot’s batch and what was made from them, with what is left, at most 500', audit: 'none', phi: false, response: z.object({ items: z.array(concerned), nextCursor: z.null() }) }),
  exportReached: route({ ...file, path: '/lots/{id}/reached/csv', summary: 'The whole of whom a batch has reached, as CSV', audit: 'export' }),
  printReached: route({ ...file, path: '/lots/{id}/reached/pdf', summary: 'The whole of whom a batch has reached, on letterhead', audit: 'print' }),
}
