import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { patients } from '#contract/patients.ts'
import { makeContext } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { answered } from '../testing/answered.ts'
import { type TestClient, type TestHospital, testHospital } from '../testing/hospital.ts'
import { meeting } from '../testing/meeting.ts'

let hospital: TestHospital
let desk: TestClient<typeof patients>
beforeAll(async () => {
  hospital = await testHospital({ patients: 3 })
  desk = await hospital.as(patients, 'receptionist')
})

const person = (givenName: string) => ({ givenName, familyName: 'Race', sex: 'female' as const, ageYears: 30 })
const named = async (givenName: string) => (await hospital.query<{ id: string }>('select id from patients where given_name = $1', [givenName])).map((row) => row.id)

describe('one idempotency key sent thirty times at once', () => {
  const race = async (givenName: string) => {
    const idempotencyKey = randomUUID()
    const answers = await Promise.all(Array.from({ length: 30 }, () => answered(() => desk.register({ body: person(givenName), idempotencyKey } as never))))
    return { statuses: new Set(answers.map((answer) => answer.status)), ids: new Set(answers.map((answer) => answer.body.id)), made: await named(givenName), idempotencyKey }
  }

  it('has one effect and one answer', async () => {
    const { statuses, ids, made } = await race('Once')
    expect([[...statuses], made.length, [...ids]]).toEqual([[201], 1, made])
  })

  it('is refused with another body, is another user’s own, and begins anew after a day', async () => {
    const { idempotencyKey, made } = await race('Kept')
    expect((await desk.register({ body: person('Other'), idempotencyKey } as never)).status).toBe(422)
    const doctor = await hospital.as(patients, 'doctor')
    expect((await doctor.register({ body: person('Kept'), idempotencyKey } as never)).body.id).not.toBe(made[0])
    await hospital.query("update idempotency_keys set created_at = created_at - interval '25 hours' where key = $1", [idempotencyKey])
    const later = await desk.register({ body: person('Kept'), idempotencyKey } as never)
    expect([later.status, made.includes(later.body.id)]).toEqual([201, false])
  })

  it('keeps a long answer small, and gives it back letter by letter', async () => {
    const idempotencyKey = randomUUID()
    const long = { ...person('Long'), occupation: 'बुनकर '.repeat(15), address: { lines: 'Temple street '.repeat(20), city: 'कोच्चि', postcode: '682001' } }
    const first = await desk.register({ body: long, idempotencyKey } as never)
    const again = await desk.register({ body: long, idempotencyKey } as never)
    const [kept] = await hospital.query<{ bytes: number }>('select octet_length(answer) as bytes from idempotency_keys where key = $1', [idempotencyKey])
    const said = Buffer.byteLength(JSON.stringify(first.body))
    expect([first.status, again.status, again.body, said > 1024, (kept?.bytes ?? said) < said]).toEqual([201, 201, first.body, true, true])
  })

  it('is seen to have several when nothing keeps the key unique', async () => {
    await hospital.query('alter table idempotency_keys drop constraint idempotency_keys_pkey')
    try {
      // Thirty that overlap make several; where a busy machine let one after the other through, they are sent again.
      let most = 0
      for (let round = 0; round < 5 && most < 2; round += 1) most = (await race(`Twice ${'I'.repeat(round + 1)}`)).made.length
      expect(most).toBeGreaterThan(1)
    } finally {
      await hospital.query('truncate idempotency_keys')
      await hospital.query('alter table idempotency_keys add primary key (tenant_id, user_id, key)')
    }
  })
})

describe('fifty editors of one version', () => {
  const winners = async (edit: (id: string, text: string) => Promise<boolean>) => {
    const { id } = (await desk.register({ body: person(`Edited ${randomUUID().slice(0, 6)}`) } as never)).body
    const results = await Promise.all(Array.from({ length: 50 }, (_value, index) => edit(id, `trade ${index}`)))
    return results.filter(Boolean).length
  }

  it('have one winner', async () => {
    expect(await winners(async (id, occupation) => (await answered(() => desk.update({ params: { id }, body: { occupation }, ifMatch: 1 }))).status === 200)).toBe(1)
  })

  it('are seen to overwrite each other when the version is compared before and not with the write', async () => {
    const ctx = makeContext({ tenantId: hospital.tenantId })
    const haveLooked = meeting(8)
    const careless = (id: string, occupation: string) =>
      withContext(ctx, async (tx) => {
        const row = await tx.db.selectFrom('patients').select('version').where('id', '=', id).executeTakeFirst()
        await haveLooked()
        if (row?.version !== 1) return false
        await tx.db.updateTable('patients').set({ occupation, version: 2 }).where('id', '=', id).execute()
        return true
      })
    expect(await winners(careless)).toBeGreaterThan(1)
  })
})
