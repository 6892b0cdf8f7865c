import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { ownTemporaryFolder } from './server/src/kernel/testing/run-folder.ts'

ownTemporaryFolder()

// Half a minute and more, or work that waits more than it computes: begun late, one of them would be what all wait for.
const long = ['testing/faults/', 'tools/new-module', 'interop/interop.test', 'backup/backup', 'instruments/corpus', 'inventory/history.race', 'people/timing']
const weightOf = ({ moduleId }: TestSpecification): number => (/[\\/]e2e[\\/]/.test(moduleId) || long.some((name) => moduleId.replaceAll('\\', '/').includes(name)) ? 2 : /[\\/]loops[\\/]/.test(moduleId) ? 1 : 0)

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
    pool: 'forks',
    maxWorkers: 2,
    // Node runs the program as it stands, and so do the tests; nothing is transformed or mocked.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
