import { beforeAll, describe, expect, it } from 'vitest'
import { assets } from '#contract/assets.ts'
import { type Ctx, makeContext } from '#kernel/context.ts'
import { rawInTenant, withContext } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { answered } from '../../testing/answered.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { meeting } from '../../testing/meeting.ts'
import { runDepreciation } from './books.ts'
import { addMonths, monthOf } from './calendar-rules.ts'
import { registerAsset } from './service.ts'
import { addCost } from './valuing.ts'

let hospital: TestHospital
let accounts: TestClient<typeof assets>
const count = 12
const today = localDate(new Date(), 'Asia/Kolkata')
const period = addMonths(monthOf(today), -1)
let ids: string[] = []

beforeAll(async () => {
  hospital = await testHospital({ patients: 3 })
  accounts = await hospital.as(assets, 'cashier')
  const [admin, store] = [await hospital.as(assets, 'admin'), await hospital.as(assets, 'pharmacist')]
  await admin.addUsualCategories({ body: {} })
  const categoryId = (await admin.listCategories({ query: {} })).body.items[0]?.id ?? ''
  for (let made = 0; made < count; made += 1) {
    const one = await store.registerAsset({ body: { facilityId: hospital.facilityId, categoryId, name: `Bed ${made}`, purchasedOn: period, inUseOn: period, cost: { amount: '100000.00', currency: 'INR' } } })
    ids.push(one.body.id)
  }
})

const ctx = (): Ctx => makeContext({ tenantId: hospital.tenantId, userId: hospital.userId('cashier'), now: new Date() })
const body = () => ({ facilityId: hospital.facilityId, period })

/** As if no month had been charged yet: what is final is taken back as its owner. */
async function forgetRuns(): Promise<void> {
  await hospital.query('alter table asset_entries disable trigger asset_entries_final')
  await hospital.query('alter table depreciation_runs disable trigger depreciation_runs_final')
  await hospital.query("delete from asset_entries where kind = 'depreciation'")
  await hospital.query('delete from depreciation_runs')
  await hospital.query('update asset_books set closed_until = null')
}

describe('a month and whoever writes beside it', () => {
  it('nothing enters a month that a run is closing: who comes meanwhile waits, and is refused', async () => {
    const own = ctx()
    let late: Promise<unknown> = Promise.resolve()
    await withContext(own, async (tx) => {
      own.tx = tx
      await runDepreciation(own, { body: body() } as never)
      late = addCost(ctx(), { params: { id: ids[0] }, body: { amount: { amount: '500.00', currency: 'INR' }, on: period, reason: 'late' }, ifMatch: undefined } as never).then(() => 'taken', (error: Error) => error.message)
      // Long enough for what does not wait to be through.
      await new Promise((done) => { setTimeout(done, 300) })
      throw new Error('undone')
    }).catch((error: Error) => expect(error.message).toBe('undone'))
    // The run was undone, so that the addition, which had waited, is good.
    expect(await late).toBe('taken')
    const second = ctx()
    await withContext(second, async (tx) => {
      second.tx = tx
      await runDepreciation(second, { body: body() } as never)
      late = addCost(ctx(), { params: { id: ids[1] }, body: { amount: { amount: '500.00', currency: 'INR' }, on: period, reason: 'late' }, ifMatch: undefined } as never).then(() => 'taken', (error: Error) => error.message)
      await new Promise((done) => { setTimeout(done, 300) })
    })
    expect(await late).toBe('assets.period_closed')
    const rows = await hospital.query<{ n: number }>("select count(*)::int as n from asset_entries e join depreciation_runs r on r.facility_id = e.facility_id and e.on_date < r.period + interval '1 month' and e.kind = 'addition' and e.created_at > r.created_at")
    expect(rows).toEqual([{ n: 0 }])
  })

  it('a run waits for what is being entered in its month, and charges it', async () => {
    await forgetRuns()
    const categoryId = (await accounts.listCategories({ query: {} })).body.items[0]?.id ?? ''
    const own = makeContext({ tenantId: hospital.tenantId, userId: hospital.userId('pharmacist'), now: new Date() })
    let run: Promise<unknown> = Promise.resolve()
    const entered = await withContext(own, async (tx) => {
      own.tx = tx
      const one = await registerAsset(own, { body: assets.registerAsset.body.parse({ facilityId: hospital.facilityId, categoryId, name: 'Late bed', purchasedOn: period, inUseOn: period, cost: { amount: '100000.00', currency: 'INR' } }) } as never)
      run = runDepreciation(ctx(), { body: body() } as never)
      await new Promise((done) => { setTimeout(done, 300) })
      return one
    })
    await run
    expect(await hospital.query("select count(*)::int as n from asset_entries where kind = 'depreciation' and asset_id = $1", [(entered as { id: string }).id])).toEqual([{ n: 1 }])
    await hospital.query("delete from asset_entries where asset_id = $1", [(entered as { id: string }).id])
    await hospital.query('delete from assets where id = $1', [(entered as { id: string }).id])
  })

  it('eight runs at once make one set of entries', async () => {
    await forgetRuns()
    await hospital.query('update assets set depreciated = 0')
    const answers = await Promise.all(Array.from({ length: 8 }, () => answered(() => accounts.runDepreciation({ body: body() }))))
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([201, 409, 409, 409, 409, 409, 409, 409])
    expect(new Set(answers.filter((answer) => answer.status === 409).map((answer) => answer.problem.code))).toEqual(new Set(['assets.period_done']))
    expect(await hospital.query("select count(*)::int as n, count(distinct asset_id)::int as assets from asset_entries where kind = 'depreciation'")).toEqual([{ n: count, assets: count }])
    expect(await hospital.query("select count(*)::int as n from assets a where depreciated <> (select sum(depreciated) from asset_entries e where e.asset_id = a.id)")).toEqual([{ n: 0 }])
  })

  it('looking first and writing then would charge twice: this race would see it', async () => {
    await hospital.query('alter table asset_entries drop constraint asset_entries_once')
    await hospital.query("delete from asset_entries where kind = 'depreciation'")
    const haveLooked = meeting(6)
    const naive = () => withContext(ctx(), async (tx) => {
      const known = await rawInTenant(tx, "select 1 from asset_entries where tenant_id = $1 and kind = 'depreciation' and period = $2", [tx.ctx.tenantId, period])
      await haveLooked()
      if (known.length > 0) return
      for (const id of ids) await rawInTenant(tx, "insert into asset_entries (tenant_id, id, asset_id, facility_id, category_id, kind, on_date, period, depreciated, created_at) select tenant_id, $2, id, facility_id, category_id, 'depreciation', $3, $4, 1, now() from assets where tenant_id = $1 and id = $5", [tx.ctx.tenantId, newId(), today, period, id])
    })
    await Promise.all(Array.from({ length: 6 }, naive))
    const [rows] = await hospital.query<{ n: number }>("select count(*)::int as n from asset_entries where kind = 'depreciation'")
    expect(rows?.n).toBeGreaterThan(count)
  })
})
