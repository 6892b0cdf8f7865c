import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Weakness, weaknesses } from './planted-weaknesses.ts'

// Plants each weakness in a copy of the source and looks whether the test that is named for it fails: node tools/planted.ts [words of one]
const root = fileURLToPath(new URL('..', import.meta.url))

function copySource(): string {
  const copy = mkdtempSync(join(tmpdir(), 'triveni-planted-'))
  const skipped = new Set(['node_modules', '.git', 'dist', 'data'])
  cpSync(root, copy, { recursive: true, filter: (path) => !skipped.has(basename(path)) })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

interface Report {
  testResults: { assertionResults: { fullName: string; title: string; status: string }[] }[]
}

/** Whether the named test ran, and failed. */
function outcomeOf(copy: string, { test, name }: Weakness): 'failed' | 'passed' | 'not run' {
  const report = join(copy, 'planted.json')
  rmSync(report, { force: true })
  const pattern = name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--maxWorkers=1', '--reporter=json', `--outputFile=${report}`, test, '-t', pattern], { cwd: copy, stdio: 'ignore' })
  const { testResults }: Report = JSON.parse(readFileSync(report, 'utf8'))
  const ran = testResults.flatMap((file) => file.assertionResults).filter((one) => one.title.includes(name) && ['passed', 'failed'].includes(one.status))
  if (ran.length === 0) return 'not run'
  return ran.some((one) => one.status === 'failed') ? 'failed' : 'passed'
}

function plant(copy: string, weakness: Weakness): 'failed' | 'passed' | 'not run' {
  const path = join(copy, weakness.file)
  const before = readFileSync(path, 'utf8')
  writeFileSync(path, weakness.edits.reduce((text, [find, put]) => text.replaceAll(find, () => put), before))
  try {
    return outcomeOf(copy, weakness)
  } finally {
    writeFileSync(path, before)
  }
}

const wanted = process.argv[2] ?? ''
const chosen = weaknesses.filter((one) => one.what.includes(wanted))
const copy = copySource()
let missed = 0
for (const weakness of chosen) {
  const outcome = plant(copy, weakness)
  if (outcome !== 'failed') missed += 1
  process.stdout.write(`${outcome === 'failed' ? '✓ seen' : `✗ ${outcome}`}: ${weakness.what} — ${weakness.test}\n`)
}
rmSync(copy, { recursive: true, force: true })
process.stdout.write(`${chosen.length - missed} of ${chosen.length} weaknesses are seen\n`)
process.exit(missed === 0 ? 0 : 1)
