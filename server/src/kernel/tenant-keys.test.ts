import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { patients } from '#contract/patients.ts'
import { makeContext } from './context.ts'
import { putFile, readFile } from './files.ts'
import { sealedColumns } from './resealing.ts'
import { activeKeyVersion, isCurrent, KeyDestroyed, keyVersionOf, seal, unseal } from './seal.ts'
import { byMasterKey, ensureTenantKeys, loadTenantKeys, watchTenantKeys } from './tenant-keys.ts'
import { rotateKeys, shredTenant } from '../cli-keys.ts'
import { theInstallation } from './installation.ts'
import { type TestHospital, testHospital } from '../testing/hospital.ts'

let hospital: TestHospital
let client: pg.Client
let stop: () => Promise<void>
beforeAll(async () => {
  hospital = await testHospital({ patients: 5 })
  client = new pg.Client({ connectionString: hospital.ownerUrl })
  await client.connect()
  stop = watchTenantKeys()
})
afterAll(async () => {
  await stop()
  await client.end()
})

const query = (text: string, values: unknown[] = []) => client.query(text, values)
const work = () => ({ client, filesRoot: `${theInstallation().config.dataDir}/files`, say: () => {}, pauseMilliseconds: 6000 })
const general = () => ({ id: hospital.tenantId, name: 'general' })
let number = 0
const register = async () => {
  number += 1
  const body = { givenName: `Sealed${number}`, sex: 'female' as const, ageYears: 30, facilityId: hospital.facilityId, identifiers: [{ type: 'abha', issuer: 'in', value: `91-0000-0000-${1000 + number}` }] }
  return (await hospital.as(patients, 'receptionist')).register({ body: body as never })
}
const stored = async (patientId: string) => (await hospital.query<{ id: string; value_sealed: Buffer }>('select id, value_sealed from patient_identifiers where patient_id = $1', [patientId]))[0]

describe('the key of a hospital', () => {
  it('is wrapped by the master key for its hospital and version, and takes over from the derived one', async () => {
    const before = await register()
    expect(keyVersionOf((await stored(before.body.id))?.value_sealed ?? new Uint8Array())).toBe(1)
    await ensureTenantKeys(query)
    await loadTenantKeys(query)
    expect(activeKeyVersion(hospital.tenantId)).toBe(2)
    const [row] = await hospital.query<{ wrapped: Buffer }>('select wrapped from kernel.tenant_keys where tenant_id = $1', [hospital.tenantId])
    const key = await byMasterKey.unwrap(`kernel.tenant_keys.${hospital.tenantId}.2`, row?.wrapped ?? Buffer.alloc(0))
    expect([key.length, row?.wrapped.includes(key)]).toEqual([32, false])
    await expect(byMasterKey.unwrap(`kernel.tenant_keys.${hospital.tenantId}.3`, row?.wrapped ?? Buffer.alloc(0))).rejects.toThrow()
    const after = await register()
    expect(keyVersionOf((await stored(after.body.id))?.value_sealed ?? new Uint8Array())).toBe(2)
    const own = await hospital.as(patients, 'receptionist')
    expect((await own.read({ params: { id: before.body.id } })).status).toBe(200)
  })

  it('does not open a value that was copied to another row; one bound to its column alone would: the weakness, planted', async () => {
    const [one, two] = [await register(), await register()]
    const mine = await stored(one.body.id)
    await hospital.query('update patient_identifiers set value_sealed = $2 where patient_id = $1', [two.body.id, mine?.value_sealed])
    const own = await hospital.as(patients, 'receptionist')
    const answer = await own.read({ params: { id: two.body.id } })
    expect([answer.status, JSON.stringify(answer.body).includes('91-0000')]).toEqual([500, false])
    const loose = seal(hospital.tenantId, 'patient_identifiers.value', 'x')
    expect(unseal(hospital.tenantId, 'patient_identifiers.value', loose)).toBe('x')
    await hospital.query('delete from patient_identifiers where patient_id = $1', [two.body.id])
  })

  it('opens what the first layout sealed', () => {
    expect(isCurrent(hospital.tenantId, Uint8Array.of(1, 0, 0))).toBe(false)
  })

  it('is known of for every column whose name says sealed', async () => {
    const rows = await hospital.query<{ name: string }>("select table_name || '.' || column_name as name from information_schema.columns where table_schema = 'public' and column_name like '%sealed%' and data_type = 'bytea'")
    expect(rows.map((row) => row.name).filter((name) => !sealedColumns.some((one) => `${one.table}.${one.column}` === name))).toEqual([])
  })
})

describe('a rotation', () => {
  it('under load refuses nothing and leaves nothing behind', async () => {
    const ctx = makeContext({ tenantId: hospital.tenantId, now: new Date() })
    const file = await putFile(ctx, { name: 'a.txt', contentType: 'text/plain', bytes: Buffer.from('inside'), subjectType: 'test', subjectId: hospital.facilityId })
    const first = await register()
    const own = await hospital.as(patients, 'receptionist')
    const life = { isOn: true }
    const bad: number[] = []
    let asked = 0
    const load = Array.from({ length: 3 }, async () => {
      while (life.isOn) {
        const made = await register()
        const read = await own.read({ params: { id: made.body.id } })
        const old = await own.read({ params: { id: first.body.id } })
        asked += 3
        bad.push(...[made.status, read.status, old.status].filter((status) => status >= 300))
        await wait(5)
      }
    })
    const [told] = await rotateKeys(work(), [general()], true)
    await wait(2500)
    life.isOn = false
    await Promise.all(load)
    process.stdout.write(`rotation: ${asked} requests meanwhile, ${bad.length} refused; ${told?.values} values, ${told?.files} files, ${told?.left} left\n`)
    expect([bad, told?.left, told?.isForgotten, (told?.values ?? 0) > 0, told?.version]).toEqual([[], 0, true, true, 3])
    expect(Buffer.from((await readFile(ctx, file)).bytes).toString()).toBe('inside')
    expect(await hospital.query("select 1 from kernel.tenant_keys where state = 'old'")).toHaveLength(0)
  })
})

describe('a shredded hospital', () => {
  it('cannot be read again, and the others can', async () => {
    const patient = await register()
    const sealed = (await stored(patient.body.id))?.value_sealed ?? new Uint8Array()
    await shredTenant(work(), general())
    await loadTenantKeys(query)
    const [row] = await hospital.query<{ id: string; value_sealed: Buffer }>('select id, value_sealed from patient_identifiers where patient_id = $1', [patient.body.id])
    expect(() => unseal(hospital.tenantId, `patient_identifiers.value.${row?.id}`, row?.value_sealed ?? sealed)).toThrow(KeyDestroyed)
    expect(() => unseal(hospital.tenantId, `patient_identifiers.value.${row?.id}`, sealed)).toThrow(KeyDestroyed)
    expect(() => seal(hospital.tenantId, 'x', 'y')).toThrow(KeyDestroyed)
    expect(await hospital.query('select 1 from kernel.tenant_keys where tenant_id = $1 and wrapped is not null', [hospital.tenantId])).toHaveLength(0)
    const others = await hospital.as(patients, 'receptionist', 'ayurveda')
    expect((await others.list({ query: {} } as never)).status).toBe(200)
  })
})
