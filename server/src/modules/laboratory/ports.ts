import type { Tx } from '#kernel/db.ts'
import { found } from '#kernel/errors.ts'
import { definePort } from '#kernel/module.ts'

/** What instruments are called, by their ids: the module of the instruments, above this one, knows. */
export const instrumentNamesPort = definePort<(tx: Tx, ids: readonly string[]) => Promise<ReadonlyMap<string, string>>>('laboratory.instrument-names')

export async function instrumentNames(tx: Tx, ids: readonly (string | null)[]): Promise<ReadonlyMap<string, string>> {
  const asked = [...new Set(ids.flatMap((id) => id ?? []))]
  const [named] = instrumentNamesPort.all()
  return named === undefined || asked.length === 0 ? new Map() : named(tx, asked)
}

export interface Measuring {
  name: string
  facilityId: string
  testIds: string[]
}

/** A later module says what an instrument measures by its driver; undefined where there is no such instrument. */
export const instrumentTestsPort = definePort<(tx: Tx, instrumentId: string) => Promise<Measuring | undefined>>('laboratory.instrument-tests')

/** What an instrument measures; 404 where there is none. */
export async function measuredBy(tx: Tx, instrumentId: string): Promise<Measuring> {
  const known = await Promise.all(instrumentTestsPort.all().map((ask) => ask(tx, instrumentId)))
  return found(known.find((one) => one !== undefined))
}
