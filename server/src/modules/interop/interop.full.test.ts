import { beforeAll, describe, expect, it } from 'vitest'
import { interop, type ImportRun } from '#contract/interop.ts'
import { makeContext } from '#kernel/context.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { multipart, type UploadPart } from '../../testing/multipart.ts'
import { runImport } from './running.ts'
import { expectCounted, expectKept, folders, hasData, keptByType, partsOf } from './testing/synthea.ts'

const isFull = process.env['TRIVENI_FULL'] === '1' && hasData

describe.runIf(isFull)('whole folders of patients', () => {
  let hospital: TestHospital
  let admin: TestClient<typeof interop>
  beforeAll(async () => {
    hospital = await testHospital({ patients: 1 })
    admin = await hospital.as(interop, 'admin')
  })

  const context = () => makeContext({ tenantId: hospital.tenantId })
  const read = async (id: string): Promise<ImportRun> => (await admin.readImport({ params: { id } })).body
  const start = async (files: readonly UploadPart[]) => (await admin.startImport(multipart({ kind: 'fhir' }, files) as never)).body.id
  const run = (importId: string, files?: Parameters<typeof runImport>[2]) => runImport(context(), { importId, userId: hospital.userId('admin') }, files)

  it.each(folders)('%s: killed half-way and run again, everything is there once; a second import adds nothing', async (folder) => {
    const parts = partsOf(folder, false)
    const before = await keptByType(hospital)
    const id = await start(parts)
    let reads = 0
    const dying = parts.map((file) => ({
      name: file.name,
      read: async () => {
        reads += 1
        if (reads > parts.length * 1.5) throw new Error('the machine went away')
        return file.bytes
      },
    }))
    const began = performance.now()
    await run(id, dying)
    expect((await read(id)).state).toBe('failed')
    await hospital.query("update imports set state = 'queued', finished_at = null where id = $1", [id])
    await run(id)
    const seconds = (performance.now() - began) / 1000
    const done = await read(id)
    expect([done.state, done.errors.map((error) => error.code)]).toEqual(['done', ['interop.interrupted']])
    expectCounted(done, parts)
    const after = await keptByType(hospital)
    expectKept(before, after, parts)
    const again = await start(parts)
    await run(again)
    const same = await read(again)
    expect(Object.entries(same.counts).filter(([, counts]) => counts.unchanged !== counts.read)).toEqual([])
    expect(await keptByType(hospital)).toEqual(after)
    process.stdout.write(`${folder}: ${seconds.toFixed(1)} s ${JSON.stringify(done.counts)}\n`)
  }, 600_000)
})
