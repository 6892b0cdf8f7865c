import { type Microbe, microbeKind } from '#contract/laboratory-microbiology.ts'
import type { RouteInput } from '#contract/define.ts'
import type { laboratory } from '#contract/laboratory.ts'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { invalidField } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { mergedTerms, nameKey, termsBy } from './microbiology-rules.ts'
import type { Term } from './microbiology-starter-rules.ts'

type Input<K extends keyof typeof laboratory> = RouteInput<(typeof laboratory)[K]>

// A list of this length is read whole with each culture.
const mostOwn = 2000
const columns = ['kind', 'name', 'class', 'aware', 'tier', 'is_active'] as const

const awareOf = (text: string): Microbe['aware'] => (text === 'access' || text === 'watch' || text === 'reserve' ? text : '')

async function ownTerms(tx: Tx): Promise<Term[]> {
  const rows = await tx.db.selectFrom('lab_microbiology').select(columns).orderBy('created_at').limit(mostOwn).execute()
  return rows.map((row) => ({ kind: microbeKind.parse(row.kind), name: row.name, class: row.class, aware: row.aware, tier: row.tier, isActive: row.is_active, aliases: [] }))
}

/** The names a culture is written with. */
export const microbiologyTerms = async (tx: Tx): Promise<Term[]> => mergedTerms(await ownTerms(tx))

const present = (term: Term, own: ReadonlySet<string>): Microbe => ({ kind: term.kind, name: term.name, class: term.class, aware: awareOf(term.aware), tier: term.tier, isActive: term.isActive, isOwn: own.has(`${term.kind} ${nameKey(term.name)}`) })

export function listMicrobiology(ctx: Ctx, { query }: Input<'listMicrobiology'>) {
  return withContext(ctx, async (tx) => {
    const own = await ownTerms(tx)
    const keys = new Set(own.map((term) => `${term.kind} ${nameKey(term.name)}`))
    return { items: mergedTerms(own).filter((term) => query.kind === undefined || term.kind === query.kind).toSorted((a, b) => a.name.localeCompare(b.name)).map((term) => present(term, keys)) }
  })
}

export function setMicrobiology(ctx: Ctx, { body }: Input<'setMicrobiology'>) {
  return withContext(ctx, async (tx) => {
    const own = await ownTerms(tx)
    const before = termsBy(body.kind, mergedTerms(own)).get(nameKey(body.name))
    const name = before?.name ?? body.name
    if (nameKey(name) === '') throw invalidField('name', 'too_small')
    if (before === undefined && own.length >= mostOwn) throw invalidField('name', 'too_big')
    const said = { class: body.class ?? before?.class ?? '', aware: body.aware ?? before?.aware ?? '', tier: body.tier ?? before?.tier ?? 1, is_active: body.isActive ?? before?.isActive ?? true }
    await tx.db.insertInto('lab_microbiology').values({ id: newId(), kind: body.kind, name, name_key: nameKey(name), ...said, created_at: ctx.now, created_by: ctx.userId })
      .onConflict((at) => at.constraint('lab_microbiology_once').doUpdateSet((eb) => ({ ...said, version: eb('lab_microbiology.version', '+', 1) }))).execute()
    return present({ kind: body.kind, name, class: said.class, aware: said.aware, tier: said.tier, isActive: said.is_active, aliases: [] }, new Set([`${body.kind} ${nameKey(name)}`]))
  })
}
