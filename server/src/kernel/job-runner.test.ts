import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startJobs, type Jobs } from './jobs.ts'
import { type TestHospital, testHospital } from '../testing/hospital.ts'

let hospital: TestHospital
let jobs: Jobs
const done: string[] = []
beforeAll(async () => {
  hospital = await testHospital({ patients: 1 })
  // What a killed worker leaves behind: a job it held, and a run it was doing.
  await hospital.query("select graphile_worker.add_job('test.note', '{\"name\": \"left\"}')")
  await hospital.query("update graphile_worker._private_jobs set locked_by = 'dead', locked_at = now() - interval '1 minute', attempts = 1")
  await hospital.query("insert into operations.runs (id, kind, state, created_at, started_at) values (gen_random_uuid(), 'backup', 'running', now(), now() - interval '1 minute')")
  const note = { run: async (payload: Record<string, unknown>) => void done.push(String(payload['name'])) }
  jobs = await startJobs(hospital.jobsUrl, [{ name: 'test', contract: {}, handlers: {}, permissions: {}, within: [], after: [], jobs: {}, schedules: {}, provides: [], installationJobs: { note } }])
})
afterAll(() => jobs.stop())

describe('what a killed worker had begun', () => {
  it('is done by another within half a minute, not after four hours', async () => {
    await expect.poll(() => done).toEqual(['left'])
  })
  it('is seen as interrupted where it cannot go on', async () => {
    expect(await hospital.query('select state, message from operations.runs')).toEqual([{ state: 'failed', message: 'interrupted' }])
  })
})
