import { beforeAll, describe, expect, it } from 'vitest'
import { interop } from '#contract/interop.ts'
import { makeContext } from '#kernel/context.ts'
import { runImport } from '../server/src/modules/interop/running.ts'
import { folders, hasData, partsOf } from '../server/src/modules/interop/testing/synthea.ts'
import { multipart } from '../server/src/testing/multipart.ts'
import { type BrowserSession, startSession } from './session.ts'

const isFull = process.env['TRIVENI_FULL'] === '1'
let session: BrowserSession

beforeAll(async () => {
  session = await startSession({ patients: 1 })
})

describe.runIf(hasData)('imported patients', () => {
  it.each(folders)('%s: each opens in the browser with name, number and history', async (folder) => {
    const { hospital } = session
    const admin = await hospital.as(interop, 'admin')
    const known = new Set((await hospital.query<{ id: string }>('select id from patients')).map((row) => row.id))
    const { id: importId } = (await admin.startImport(multipart({ kind: 'fhir' }, partsOf(folder, !isFull)) as never)).body
    await runImport(makeContext({ tenantId: hospital.tenantId }), { importId, userId: hospital.userId('admin') })
    const rows = await hospital.query<{ id: string; mrn: string; name: string; visits: number }>("select id, mrn, trim(given_name || ' ' || family_name) as name, (select count(*)::int from encounters e where e.patient_id = p.id) as visits from patients p")
    const imported = rows.filter((row) => !known.has(row.id))
    expect(imported.length).toBeGreaterThanOrEqual(isFull ? 50 : 4)
    const page = await session.admitted('doctor')
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('response', (answer) => {
      if (answer.status() >= 400) faults.push(`${answer.status()} ${new URL(answer.url()).pathname}`)
    })
    for (const { id, mrn, name, visits } of imported) {
      await page.goto(`${session.base}/patients/${id}`)
      await page.getByRole('heading', { name }).first().waitFor()
      await page.getByText(mrn).first().waitFor()
      if (visits > 0) await page.locator('main time').first().waitFor()
    }
    expect(faults).toEqual([])
    if (isFull) process.stdout.write(`${folder}: ${imported.length} patients opened\n`)
    await page.context().close()
  }, 900_000)
})
