import { z } from 'zod'

/** Query fields of every list; extend with the filters of the list. */
export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(25),
  cursor: z.string().max(500).regex(/^[\w-]+$/).optional(),
})

/** A page of a list: `nextCursor` is null on the last. */
export const page = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), nextCursor: z.string().nullable(), count: z.number().int().optional() })
