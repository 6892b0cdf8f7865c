import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { quantile } from './installation.ts'

/** What a crash took, in milliseconds, as median and 95th percentile: until the server was started again, until it took connections, until the API answered. */
export interface RecoveryParts {
  noticed: [number, number]
  recovered: [number, number]
  answered: [number, number]
}

export interface Outage {
  killedAt: number
  answeredAt: number
}

/** Instants of the lines of PostgreSQL's own log that hold a text. */
function stampsOf(lines: readonly string[], text: string): number[] {
  return lines.filter((line) => line.includes(text)).map((line) => Date.parse(`${line.slice(0, 10)}T${line.slice(11, 23)}Z`))
}

/** Divides each outage by what the database's log says of it, so that a slow machine shows where it was slow. */
export function partsOf(dataDir: string, outages: readonly Outage[]): RecoveryParts {
  const lines = readFileSync(join(dataDir, 'postgres', 'postgres.log'), 'utf8').split('\n')
  const starts = stampsOf(lines, 'starting PostgreSQL')
  const ready = stampsOf(lines, 'ready to accept connections')
  const parts = outages.flatMap(({ killedAt, answeredAt }) => {
    const begun = starts.find((at) => at >= killedAt)
    const open = ready.findLast((at) => at >= killedAt && at <= answeredAt)
    return begun === undefined || open === undefined ? [] : [{ noticed: begun - killedAt, recovered: open - begun, answered: answeredAt - open }]
  })
  const of = (part: 'noticed' | 'recovered' | 'answered'): [number, number] => {
    const values = parts.map((one) => one[part])
    return [quantile(values, 0.5), quantile(values, 0.95)]
  }
  return { noticed: of('noticed'), recovered: of('recovered'), answered: of('answered') }
}
