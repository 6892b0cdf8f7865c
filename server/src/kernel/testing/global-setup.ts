import type { TestProject } from 'vitest/node'
import { startScratchDatabase } from './template.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    ownerUrl: string
  }
}

/** One PostgreSQL for the whole run; each file clones the migrated template. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startScratchDatabase()
  project.provide('ownerUrl', server.ownerUrl)
  return server.stop
}
