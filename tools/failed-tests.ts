import { appendFileSync } from 'node:fs'
import type { Reporter, TestCase, TestModule } from 'vitest/node'

const place = (module: TestModule): string => module.relativeModuleId

const firstLines = (message: string | undefined): string => (message ?? 'no reason was given').split('\n').filter((line) => !line.includes('/node_modules/')).slice(0, 12).join('\n    ')

function failedTest(test: TestCase): string {
  const result = test.result()
  return `${place(test.module)} > ${test.fullName}\n    ${firstLines(result.errors?.map((error) => error.stack ?? error.message).join('\n'))}`
}

const failedModule = (module: TestModule): string[] => [
  ...module.errors().map((error) => `${place(module)}\n    ${firstLines(error.stack ?? error.message)}`),
  ...[...module.children.allSuites()].flatMap((suite) => suite.errors().map((error) => `${place(module)} > ${suite.fullName}\n    ${firstLines(error.stack ?? error.message)}`)),
  ...[...module.children.allTests('failed')].map(failedTest),
]

/** Writes what failed, one entry a test, to the file that `TRIVENI_FAILED_TESTS` names: a run in several parts says at its very end what failed in any of them. */
export default class FailedTests implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly { message: string; stack?: string }[]): void {
    const file = process.env['TRIVENI_FAILED_TESTS']
    const failed = [...modules.flatMap(failedModule), ...unhandled.map((error) => `outside of a test\n    ${firstLines(error.stack ?? error.message)}`)]
    if (file !== undefined && failed.length > 0) appendFileSync(file, failed.map((entry) => `✗ ${entry}\n`).join(''))
  }
}
