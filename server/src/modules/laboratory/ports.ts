import type { Tx } from '#kernel/db.ts'
import { definePort } from '#kernel/module.ts'

/** What instruments are called, by their ids: the module of the instruments, above this one, knows. */
export const instrumentNamesPort = definePort<(tx: Tx, ids: readonly string[]) => Promise<ReadonlyMap<string, string>>>('laboratory.instrument-names')

export async function instrumentNames(tx: Tx, ids: readonly (string | null)[]): Promise<ReadonlyMap<string, string>> {
  const asked = [...new Set(ids.flatMap((id) => id ?? []))]
  const [named] = instrumentNamesPort.all()
  return named === undefined || asked.length === 0 ? new Map() : named(tx, asked)
}
