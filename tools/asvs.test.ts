import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const data = [join(root, '..', 'shared', 'data', 'asvs', 'asvs-5.0.0-en.flat.json'), process.env['TRIVENI_ASVS'] ?? ''].find((path) => path !== '' && existsSync(path))
const page = readFileSync(join(root, 'docs/security/asvs.md'), 'utf8')

interface Row {
  id: string
  level: string
  state: string
  evidence: string
}

const rows: Row[] = page.split('\n').flatMap((line) => {
  const [, id, level, , state, evidence] = /^\| (V\d+\.\d+\.\d+) \| (\d) \| (.*?) \| (.*?) \| (.*) \|$/.exec(line) ?? []
  return id === undefined ? [] : [{ id, level: level ?? '', state: state ?? '', evidence: evidence ?? '' }]
})
/** Files of the source that a line names, with the test it means. */
const named = ({ evidence }: Row) => [...evidence.matchAll(/`(\w[\w./@-]*\.(?:tsx?|md|sql|json|html|yaml)|deploy\/\w+)`(?: > ([^;|]+))?/g)].map(([, file = '', test]) => ({ file, test: test?.replace(/ \(.*$/, '').trim() }))

describe('the page of requirements', () => {
  it('has each line whole, each number once, and no other state than those it explains', () => {
    expect(rows).toHaveLength(253)
    expect(new Set(rows.map((row) => row.id)).size).toBe(253)
    expect(rows.filter((row) => !['met', 'part', 'no', 'n/a'].includes(row.state) || row.evidence.length < 5).map((row) => row.id)).toEqual([])
  })

  it.runIf(data !== undefined)('has exactly the requirements of levels 1 and 2', () => {
    const { requirements }: { requirements: { req_id: string; L: string }[] } = JSON.parse(readFileSync(data ?? '', 'utf8'))
    expect(rows.map((row) => `${row.id} ${row.level}`)).toEqual(requirements.filter((one) => one.L !== '3').map((one) => `${one.req_id} ${one.L}`))
  })

  it('names files that are there, and tests that stand in them', () => {
    const missing = rows.flatMap((row) => named(row).flatMap(({ file, test }) => {
      if (!existsSync(join(root, file))) return [`${row.id}: ${file}`]
      return test === undefined || readFileSync(join(root, file), 'utf8').includes(test) ? [] : [`${row.id}: ${file} > ${test}`]
    }))
    expect(missing).toEqual([])
  })

  it('says of nothing that it is met without naming where', () => {
    expect(rows.filter((row) => row.state === 'met' && named(row).length === 0).map((row) => row.id)).toEqual([])
  })

  it('counts right; level 1 is whole', () => {
    const count = (levels: readonly string[]) => {
      const those = rows.filter((row) => levels.includes(row.level))
      const [met, applies] = [those.filter((row) => row.state === 'met').length, those.filter((row) => row.state !== 'n/a').length]
      return `| ${met} | ${applies} (${((100 * met) / applies).toFixed(1)} %) | ${those.length - applies} |`
    }
    expect([page.includes(`| 1 ${count(['1'])}`), page.includes(`| 2 alone ${count(['2'])}`), page.includes(`| 1 and 2 ${count(['1', '2'])}`)]).toEqual([true, true, true])
    expect(rows.filter((row) => row.level === '1' && (row.state === 'part' || row.state === 'no')).map((row) => row.id)).toEqual([])
  })
})
