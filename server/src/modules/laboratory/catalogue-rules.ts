import { calculate, inputsOf, FormulaError } from './formula-rules.ts'

/** The tests a formula reads, or undefined when it cannot be read at all. */
export function formulaInputs(formula: string): string[] | undefined {
  try {
    calculate(formula, { results: new Map(), facts: {} })
    return inputsOf(formula)
  } catch (error) {
    if (error instanceof FormulaError) return undefined
    throw error
  }
}

interface Node {
  id: string
  code: string
  kind: string
  formula: string
}

/** Everything an ordered test means: members of panels in their order, and for a calculated test what it is calculated from before it. Each once. */
export function expandTests<Test extends Node>(ordered: readonly Test[], all: readonly Test[], members: readonly { panel_id: string; member_id: string }[]): Test[] {
  const byId = new Map(all.map((test) => [test.id, test]))
  const byCode = new Map(all.map((test) => [test.code, test]))
  const found = new Map<string, Test>()
  const visit = (test: Test, path: ReadonlySet<string>): void => {
    if (path.has(test.id)) return
    const below = new Set([...path, test.id])
    if (test.kind === 'panel') for (const member of members.filter((one) => one.panel_id === test.id)) visitId(member.member_id, below)
    if (test.kind === 'calculated') for (const code of inputsOf(test.formula)) visitId(byCode.get(code)?.id, below)
    if (test.kind !== 'panel') found.set(test.id, test)
  }
  const visitId = (id: string | undefined, path: ReadonlySet<string>): void => {
    const test = id === undefined ? undefined : byId.get(id)
    if (test !== undefined) visit(test, path)
  }
  for (const test of ordered) visit(test, new Set())
  return [...found.values()]
}

interface Tube {
  specimen_type: string
  container: string
  timepoint: string
}

/** Tests that go into one tube: the same material, container and time. One tube, many tests; one test at many times, many tubes. */
export function tubesOf<Test extends Tube>(tests: readonly Test[]): Test[][] {
  return [...Map.groupBy(tests, (test) => `${test.specimen_type}\n${test.container}\n${test.timepoint}`).values()]
}

export interface Linked {
  code: string
  uses: readonly string[]
}

/** A code that leads back to itself through panels or formulas. */
export function circularCode(tests: readonly Linked[]): string | undefined {
  const byCode = new Map(tests.map((test) => [test.code, test]))
  const done = new Set<string>()
  const leadsBack = (code: string, path: ReadonlySet<string>): boolean => {
    if (path.has(code)) return true
    if (done.has(code)) return false
    const below = new Set([...path, code])
    const isCircular = (byCode.get(code)?.uses ?? []).some((next) => leadsBack(next, below))
    done.add(code)
    return isCircular
  }
  return tests.find((test) => leadsBack(test.code, new Set()))?.code
}
