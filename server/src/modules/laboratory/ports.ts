import type { Tx } from '#kernel/db.ts'
import { found } from '#kernel/errors.ts'
import { definePort } from '#kernel/module.ts'

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
