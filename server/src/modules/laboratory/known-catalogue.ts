import { sharedCache } from '#kernel/caches.ts'
import type { Ctx } from '#kernel/context.ts'
import type { Tx } from '#kernel/db.ts'
import * as repo from './catalogue-repo.ts'
import { formulaInputs } from './catalogue-rules.ts'

/** The catalogue of a tenant as it was last read: what orders are resolved and planned by. Results are judged by what the database says. */
export interface KnownCatalogue {
  byId: ReadonlyMap<string, repo.TestRow>
  byCode: ReadonlyMap<string, repo.TestRow>
  membersOf: ReadonlyMap<string, repo.MemberRow[]>
}

const known = sharedCache<KnownCatalogue>('laboratory catalogue', { max: 200, ttlSeconds: 30 })

export async function knownCatalogue(tx: Tx): Promise<KnownCatalogue> {
  const there = known.get(tx.ctx.tenantId)
  if (there !== undefined) return there
  const [tests, members] = await Promise.all([repo.allTests(tx), repo.allMembers(tx)])
  const made = { byId: new Map(tests.map((test) => [test.id, test])), byCode: new Map(tests.map((test) => [test.code, test])), membersOf: Map.groupBy(members, (member) => member.panel_id) }
  known.set(tx.ctx.tenantId, made)
  return made
}

/** After a change of the catalogue: every process reads it anew once the change is committed. */
export const forgetCatalogue = (ctx: Ctx): void => known.forgetAfter(ctx, ctx.tenantId)

/** The tests with everything they stand for: members of panels and inputs of formulas. */
export function expansionOf(catalogue: KnownCatalogue, tests: readonly repo.TestRow[]): { all: repo.TestRow[]; members: repo.MemberRow[] } {
  const all = new Map<string, repo.TestRow>()
  const members: repo.MemberRow[] = []
  const waiting = [...tests]
  for (let test = waiting.pop(); test !== undefined; test = waiting.pop()) {
    if (all.has(test.id)) continue
    all.set(test.id, test)
    const own = test.kind === 'panel' ? (catalogue.membersOf.get(test.id) ?? []) : []
    members.push(...own)
    waiting.push(...own.flatMap((member) => catalogue.byId.get(member.member_id) ?? []), ...(test.kind === 'calculated' ? (formulaInputs(test.formula) ?? []) : []).flatMap((code) => catalogue.byCode.get(code) ?? []))
  }
  return { all: [...all.values()], members }
}
