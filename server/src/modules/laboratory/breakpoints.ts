import { parse } from 'csv-parse/sync'
import { type Breakpoint, benchErrors, breakpointLine } from '#contract/laboratory-bench.ts'
import { type CultureDetail, type CultureEntry, laboratoryErrors } from '#contract/laboratory-flow.ts'
import type { RouteInput } from '#contract/define.ts'
import type { laboratory } from '#contract/laboratory.ts'
import type { Ctx } from '#kernel/context.ts'
import { anyText, insertMany, type Tx, withContext } from '#kernel/db.ts'
import { AppError, invalidField } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { type PageRequest, pageOf, toPage } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'
import { invalidInput } from '#kernel/problems.ts'
import { foldText } from '#kernel/text.ts'
import { interpreted } from './breakpoint-rules.ts'
import { microbiologyTerms } from './microbiology.ts'
import { namedAsListed } from './microbiology-rules.ts'
import { plainNumber } from './number-rules.ts'

type Input<K extends keyof typeof laboratory> = RouteInput<(typeof laboratory)[K]>

const columns = ['id', 'version', 'organism', 'organism_folded', 'antibiotic', 'antibiotic_folded', 'method', 'susceptible', 'resistant', 'tier', 'source'] as const
const types = { id: 'uuid', organism: 'text', organism_folded: 'text', antibiotic: 'text', antibiotic_folded: 'text', method: 'text', susceptible: 'numeric', resistant: 'numeric', tier: 'int', source: 'text', created_at: 'timestamptz', created_by: 'uuid' } as const

function listRows(tx: Tx, page: PageRequest) {
  const query = tx.db.selectFrom('lab_breakpoints').select(columns).orderBy('organism_folded').orderBy('id').limit(page.limit + 1)
  return afterCursor(query, page.after, 'organism_folded').execute()
}

const breakpointsOf = (tx: Tx, antibiotics: readonly string[]) => tx.db.selectFrom('lab_breakpoints').select(columns).where('antibiotic_folded', '=', anyText(antibiotics)).execute()

const folded = (text: string): string => [...foldText(text)].slice(0, 140).join('')

export function listBreakpoints(ctx: Ctx, { query }: Input<'listBreakpoints'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => toPage(await listRows(tx, page), page.limit, (row) => ({ at: row.organism_folded, id: row.id }), (row): Breakpoint => ({ id: row.id, version: row.version, organism: row.organism, antibiotic: row.antibiotic, method: row.method === 'mic' ? 'mic' : 'disk', susceptible: plainNumber(row.susceptible) ?? '', resistant: plainNumber(row.resistant) ?? '', tier: row.tier, source: row.source })))
}

function linesOf(csv: string): unknown[] {
  try {
    return parse(csv, { columns: true, skip_empty_lines: true, trim: true, bom: true })
  } catch {
    throw invalidField('csv', 'laboratory.csv_columns', benchErrors.csv_columns)
  }
}

const mostLines = 20_000

function rowsIn(csv: string) {
  const lines = linesOf(csv)
  if (lines.length === 0 || lines.length > mostLines) throw invalidField('csv', lines.length === 0 ? 'too_small' : 'too_big')
  return lines.map((line, index) => {
    const read = breakpointLine.safeParse(line)
    if (!read.success) throw new AppError(benchErrors.csv_columns, { fields: (invalidInput(read.error, '').params.fields ?? []).map((field) => ({ ...field, path: `rows.${index}.${field.path}` })) })
    const [s, r] = [Number(read.data.susceptible), Number(read.data.resistant)]
    if (read.data.method === 'mic' ? s > r : s < r) throw invalidField(`rows.${index}.resistant`, 'laboratory.breakpoint_order', benchErrors.breakpoint_order)
    return read.data
  })
}

/** New breakpoints take the place of all; a later line of the same organism, antibiotic and method counts. Results keep what they were read by. */
export function importBreakpoints(ctx: Ctx, { body }: Input<'importBreakpoints'>) {
  const lines = rowsIn(body.csv)
  const rows = [...new Map(lines.map((line) => [`${folded(line.organism)}\n${folded(line.antibiotic)}\n${line.method}`, line])).values()]
  return withContext(ctx, async (tx) => {
    await tx.db.deleteFrom('lab_breakpoints').execute()
    await insertMany(tx, 'lab_breakpoints', types, rows.map((line) => ({ ...line, organism_folded: line.organism === '*' ? '*' : folded(line.organism), antibiotic_folded: folded(line.antibiotic), source: body.source, id: newId(), created_at: ctx.now, created_by: ctx.userId })))
    return { imported: rows.length }
  })
}

/** A culture as it is kept: in the names of the list, what was measured interpreted by the breakpoints. 422 names what could not be. */
export async function interpretCulture(tx: Tx, said: CultureEntry): Promise<CultureDetail> {
  const entry = namedAsListed(said, await microbiologyTerms(tx))
  const antibiotics = [...new Set(entry.isolates.flatMap((isolate) => isolate.susceptibilities.map((one) => folded(one.antibiotic))))]
  const { detail, missing } = interpreted(entry, antibiotics.length === 0 ? [] : await breakpointsOf(tx, antibiotics), folded)
  if (missing.length > 0) throw new AppError(laboratoryErrors.no_breakpoint, { fields: missing.map((path) => ({ path, code: 'laboratory.no_breakpoint' })) })
  return detail
}
