import { z } from 'zod'

/** What became of a table: each row read, and each bad one by line and field. */
export const importOutcome = z.object({ dryRun: z.boolean(), counts: z.object({ read: z.int(), created: z.int(), unchanged: z.int(), failed: z.int() }), errors: z.array(z.object({ line: z.int(), path: z.string(), code: z.string(), message: z.string() })), errorCount: z.int() })
