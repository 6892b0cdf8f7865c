import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { ownTemporaryFolder } from './server/src/kernel/testing/run-folder.ts'

ownTemporaryFolder()

// Seconds that the longest took on two processors, those that wait among those that compute; begun late, one of them would be what all wait for.
const seconds: Readonly<Record<string, number>> = {
  'faults/faults': 200, 'e2e/journeys': 95, 'backup/backup': 80, 'tools/new-module': 40, 'e2e/pharmacy': 75, 'e2e/privacy': 70, 'e2e/laboratory-bench': 60, 'inventory/history.race': 50, 'e2e/assets': 50, 'e2e/stock': 50, 'e2e/laboratory': 45,
  'e2e/sign-in': 45, 'faults/outside': 35, 'interop/interop': 35, 'loops/': 15, 'people/sign-in': 25, 'people/timing': 20, 'instruments/corpus': 20, 'faults/': 20, 'e2e/': 30,
}
const known = Object.entries(seconds)
const weightOf = ({ moduleId }: TestSpecification): number => known.find(([name]) => moduleId.replaceAll('\\', '/').includes(name))?.[1] ?? 0

/** What takes longest begins first, also on a machine that has not measured it yet: no worker waits for the other at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => weightOf(b) - weightOf(a))
  }
}

// What a hundred files import is compiled once; also for the programs that they start.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules', '.cache', 'tests')

export default defineConfig({
  test: {
    include: ['contract/**/*.test.ts', 'server/**/*.test.ts', 'tools/**/*.test.ts', 'web/**/*.test.{ts,tsx}', 'e2e/**/*.test.ts'],
    globalSetup: ['server/src/kernel/testing/global-setup.ts'],
    reporters: ['default', './tools/failed-tests.ts'],
    pool: 'forks',
    // Files of a worker share what they import: to read the server for each file was a quarter of a run.
    isolate: false,
    // Two more than the machine has processors: much of what is tried waits for a program, a database or a page.
    maxWorkers: availableParallelism() + 2,
    // Most of what a file uses is garbage soon.
    execArgv: ['--max-semi-space-size=32'],
    // Node runs the program as it stands, and so do the tests; nothing is transformed or mocked.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    sequence: { sequencer: LongestFirst },
    // What is waited for comes when the machine has time for it.
    expect: { poll: { timeout: 30_000 } },
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // Databases stop before the run ends.
    teardownTimeout: 120_000,
  },
})
