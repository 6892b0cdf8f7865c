import { beforeAll, describe, expect, it } from 'vitest'
import { assets } from '#contract/assets.ts'
import { instruments } from '#contract/instruments.ts'
import { laboratory } from '#contract/laboratory.ts'
import { makeContext } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { addDays, localDate } from '#kernel/zoned-time.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { multipart } from '../../testing/multipart.ts'
import { dueAfter } from './plans.ts'
import { amountOf, dayOf } from './table-rules.ts'
import { watchAssets } from './watch.ts'

let hospital: TestHospital
let admin: TestClient<typeof assets>
let engineer: TestClient<typeof assets>
let nurse: TestClient<typeof assets>
let store: TestClient<typeof assets>
let categoryId = ''
const inr = (amount: string) => ({ amount, currency: 'INR' })
const today = localDate(new Date(), 'Asia/Kolkata')

beforeAll(async () => {
  hospital = await testHospital({ patients: 3 })
  ;[admin, engineer, nurse, store] = await Promise.all([hospital.as(assets, 'admin'), hospital.as(assets, 'biomedical-engineer'), hospital.as(assets, 'nurse'), hospital.as(assets, 'pharmacist')])
  await admin.addUsualCategories({ body: {} })
  categoryId = (await admin.listCategories({ query: {} })).body.items[0]?.id ?? ''
})

let serial = 0
const register = async (more: Record<string, unknown> = {}) => {
  serial += 1
  const made = await store.registerAsset({ body: { facilityId: hospital.facilityId, categoryId, name: `Infusion pump ${serial}`, maker: 'B. Braun', serialNumber: `C-${serial}`, purchasedOn: addDays(today, -40), inUseOn: addDays(today, -40), cost: inr('90000.00'), location: 'Ward 1', ...more } })
  expect(made.status).toBe(201)
  return made.body
}
const tasks = () => hospital.query<{ title: string; assignee_id: string }>('select title, assignee_id from tasks where tenant_id = $1 order by created_at desc, id', [hospital.tenantId])

describe('a plan', () => {
  it('says when it is due next: by days, by months, by the counter', () => {
    expect(dueAfter({ every_days: 90, every_months: null, every_count: null }, '2026-01-31', '0')).toEqual({ next_due_on: '2026-05-01', next_due_count: null })
    expect(dueAfter({ every_days: null, every_months: 1, every_count: null }, '2026-01-31', '0')).toEqual({ next_due_on: '2026-02-28', next_due_count: null })
    expect(dueAfter({ every_days: null, every_months: null, every_count: '500' }, '2026-01-31', '1234.5')).toEqual({ next_due_on: null, next_due_count: '1734.5' })
  })

  it('has one rhythm, and a counter only where there is one', async () => {
    const one = await register()
    expect((await engineer.addPlan({ params: { id: one.id }, body: { kind: 'maintenance', name: 'x', everyDays: 3, everyMonths: 2 } })).problem.code).toBe('assets.one_rhythm')
    expect((await engineer.addPlan({ params: { id: one.id }, body: { kind: 'maintenance', name: 'x', everyCount: '500' } })).problem.code).toBe('assets.no_counter')
    expect((await nurse.addPlan({ params: { id: one.id }, body: { kind: 'maintenance', name: 'x', everyDays: 3 } })).status).toBe(403)
  })

  it('stands on the due list, the most overdue first, and goes on when its work is done', async () => {
    const counted = await register({ counterUnit: 'h' })
    await engineer.addPlan({ params: { id: counted.id }, body: { kind: 'maintenance', name: 'Every 500 hours', everyCount: '500' } })
    const late = await register()
    const plan = (await engineer.addPlan({ params: { id: late.id }, body: { kind: 'maintenance', name: 'Half-yearly', everyMonths: 6, nextDueOn: addDays(today, -3) } })).body
    const due = async () => (await engineer.listDue({ query: { facilityId: hospital.facilityId } })).body.items.map((row) => [row.assetId, row.isOverdue])
    expect(await due()).toEqual([[late.id, true]])
    expect((await nurse.readCounter({ params: { id: counted.id }, body: { reading: '612.5' } })).body.counterReading).toBe('612.5')
    expect((await nurse.readCounter({ params: { id: counted.id }, body: { reading: '600' } })).problem.code).toBe('assets.counter_back')
    expect(await due()).toEqual([[late.id, true], [counted.id, true]])
    const done = await engineer.recordWork({ params: { id: late.id }, body: { planId: plan.id, kind: 'maintenance', doneOn: today, findings: 'Filter changed', parts: 'Filter', partsCost: inr('450.00') } })
    expect(done.body.plan?.lastDoneOn).toBe(today)
    expect(await due()).toEqual([[counted.id, true]])
    expect((await engineer.listWorks({ params: { id: late.id }, query: {} })).body.items[0]).toMatchObject({ planName: 'Half-yearly', partsCost: inr('450.00') })
  })

  it('is told each morning, once', async () => {
    const one = await register()
    await engineer.addPlan({ params: { id: one.id }, body: { kind: 'calibration', name: 'Yearly', everyMonths: 12, nextDueOn: addDays(today, 5) } })
    const { vendorId } = (await hospital.query<{ vendorId: string }>("insert into vendors (tenant_id, id, name, name_folded, created_at) values ($1, gen_random_uuid(), 'Service Co', 'service co', now()) returning id as \"vendorId\"", [hospital.tenantId]))[0] ?? { vendorId: '' }
    const contract = { vendorId, kind: 'amc' as const, fromOn: addDays(today, -300), untilOn: addDays(today, 20), cost: inr('12000.00') }
    expect((await engineer.addContract({ params: { id: one.id }, body: contract })).status).toBe(201)
    expect((await engineer.addContract({ params: { id: one.id }, body: { ...contract, fromOn: addDays(today, 10), untilOn: addDays(today, 400) } })).problem.code).toBe('assets.contract_overlaps')
    const look = () => withContext(makeContext({ tenantId: hospital.tenantId, now: new Date() }), watchAssets)
    await look()
    const first = await tasks()
    expect(first[0]).toMatchObject({ title: expect.stringContaining('1 contracts end'), assignee_id: hospital.userId('biomedical-engineer') })
    await Promise.all([look(), look()])
    expect(await tasks()).toHaveLength(first.length)
  })
})

describe('a breakdown', () => {
  it('is reported by a nurse, is a task of the engineer, and its downtime ends when it is mended', async () => {
    const one = await register()
    const broken = await nurse.reportBreakdown({ params: { id: one.id }, body: { reason: 'Does not start' } })
    expect([broken.body.state, broken.body.stateReason]).toEqual(['out-of-order', 'Does not start'])
    expect((await nurse.reportBreakdown({ params: { id: one.id }, body: { reason: 'Still' } })).problem.allowed).toEqual(['use', 'maintain', 'store', 'dispose'])
    expect((await tasks())[0]?.title).toContain(one.number)
    await hospital.query("update asset_downtimes set started_at = now() - interval '90 minutes' where asset_id = $1", [one.id])
    const mended = await engineer.recordWork({ params: { id: one.id }, body: { kind: 'repair', doneOn: today, findings: 'Fuse', isBackInUse: true } })
    expect(mended.body.asset.state).toBe('in-use')
    const [stretch] = (await engineer.listDowntimes({ params: { id: one.id }, query: {} })).body.items
    expect([stretch?.cause, stretch?.minutes]).toEqual(['breakdown', 90])
    const { items } = (await engineer.downtimeReport({ query: { facilityId: hospital.facilityId, from: `${addDays(today, -2)}T00:00:00Z`, to: `${addDays(today, 2)}T00:00:00Z` } })).body
    expect(items.find((row) => row.assetId === one.id)).toMatchObject({ stretches: 1, minutes: 90 })
  })
})

describe('a calibration', () => {
  it('that fails puts it out of order, and nothing but one that passes brings it back', async () => {
    const one = await register()
    const plan = (await engineer.addPlan({ params: { id: one.id }, body: { kind: 'calibration', name: 'Yearly', everyMonths: 12, nextDueOn: today } })).body
    const body = { planId: plan.id, kind: 'calibration' as const, doneOn: today, certificateNumber: 'NABL-1' }
    expect((await engineer.recordWork({ params: { id: one.id }, body })).problem.code).toBe('assets.result_needed')
    const failed = await engineer.recordWork({ params: { id: one.id }, body: { ...body, result: 'fail' } })
    expect([failed.body.asset.state, failed.body.asset.isCalibrationFailed, failed.body.plan?.nextDueOn]).toEqual(['out-of-order', true, today])
    expect(failed.body.asset.actions).not.toContain('use')
    expect((await engineer.useAsset({ params: { id: one.id }, body: {} })).problem.code).toBe('assets.calibration_failed')
    expect((await engineer.recordWork({ params: { id: one.id }, body: { kind: 'repair', doneOn: today, isBackInUse: true } })).problem.code).toBe('assets.calibration_failed')
    const passed = await engineer.recordWork({ params: { id: one.id }, body: { ...body, result: 'pass', isBackInUse: true } })
    expect([passed.body.asset.state, passed.body.asset.isCalibrationFailed]).toEqual(['in-use', false])
    expect(passed.body.plan?.nextDueOn?.slice(0, 4)).toBe(String(Number(today.slice(0, 4)) + 1))
  })

  it('of a laboratory instrument is read where the laboratory wrote it', async () => {
    const instrument = (await (await hospital.as(instruments, 'admin')).createInstrument({ body: { facilityId: hospital.facilityId, name: 'Analyser', protocol: 'hl7' } })).body
    await (await hospital.as(laboratory, 'lab-technician')).addLog({ body: { facilityId: hospital.facilityId, instrumentId: instrument.id, kind: 'calibration', note: 'Two-point, lot 88' } })
    const one = await register({ instrumentId: instrument.id })
    expect((await engineer.listInstrumentLogs({ params: { id: one.id }, query: {} })).body.items).toMatchObject([{ kind: 'calibration', note: 'Two-point, lot 88' }])
    expect((await store.registerAsset({ body: { facilityId: hospital.facilityId, categoryId, name: 'Twin', purchasedOn: today, cost: inr('1.00'), instrumentId: instrument.id } })).problem.code).toBe('assets.instrument_linked')
  })
})

describe('a verification round', () => {
  it('expects what the register has in a place, takes scans, and is approved by somebody else', async () => {
    const [there, moved, gone, stray] = [await register({ location: 'Store B' }), await register({ location: 'Store B' }), await register({ location: 'Store B' }), await register({ location: 'Lab' })]
    const round = (await store.startRound({ body: { facilityId: hospital.facilityId, location: 'Store B' } })).body
    expect([round.expected, round.missing]).toEqual([3, 3])
    const scan = async (code: string, location = '') => (await store.scanInRound({ params: { id: round.id }, body: { code, location } })).body.line.result
    expect([await scan(there.number.toLowerCase()), await scan(moved.number, 'Store C'), await scan(stray.number, 'Store B'), await scan(there.number)]).toEqual(['found', 'elsewhere', 'elsewhere', 'found'])
    expect((await store.scanInRound({ params: { id: round.id }, body: { code: 'nothing' } })).problem.code).toBe('assets.unknown_code')
    expect((await admin.approveRound({ params: { id: round.id }, body: {} })).problem.code).toBe('lifecycle.illegal_step')
    const finished = (await store.finishRound({ params: { id: round.id }, body: {} })).body
    expect([finished.found, finished.elsewhere, finished.missing]).toEqual([1, 2, 1])
    const missing = (await store.listRoundLines({ params: { id: round.id }, query: { result: 'missing' } })).body.items
    expect(missing.map((line) => line.assetId)).toEqual([gone.id])
    expect((await store.approveRound({ params: { id: round.id }, body: {} })).status).toBe(403)
    const approved = (await admin.approveRound({ params: { id: round.id }, body: {} })).body
    expect(approved.state).toBe('approved')
    expect((await store.readAsset({ params: { id: gone.id } })).body.isMissing).toBe(true)
    expect([(await store.readAsset({ params: { id: moved.id } })).body.location, (await store.readAsset({ params: { id: stray.id } })).body.location]).toEqual(['Store C', 'Store B'])
    expect((await engineer.listChanges({ params: { id: moved.id }, query: {} })).body.items[0]).toMatchObject({ kind: 'place', before: 'Store B', after: 'Store C', reason: approved.number })
  })

  it('is not approved by who scanned in it, not even by an administrator', async () => {
    const one = await register({ location: 'Attic' })
    const round = (await admin.startRound({ body: { facilityId: hospital.facilityId, location: 'Attic' } })).body
    await admin.scanInRound({ params: { id: round.id }, body: { code: one.number } })
    await admin.finishRound({ params: { id: round.id }, body: {} })
    expect((await admin.approveRound({ params: { id: round.id }, body: {} })).problem.code).toBe('assets.own_round')
    await expect(hospital.query('update asset_rounds set approved_by = created_by where id = $1', [round.id])).rejects.toThrow('asset_rounds_two_persons')
  })
})

describe('a table of assets', () => {
  it('reads days and amounts as India writes them', () => {
    expect(['2026-11-20', '20/11/2026', '5-4-2024'].map(dayOf)).toEqual(['2026-11-20', '2026-11-20', '2024-04-05'])
    expect(['12,34,567.00', '₹ 1 000'].map(amountOf)).toEqual(['1234567.00', '1000'])
  })

  it('is tried without writing, then taken; bad rows are named, known ones stay', async () => {
    const categories = (await admin.listCategories({ query: {} })).body.items
    const category = categories.find((one) => one.lifeMonths === 120)?.name ?? ''
    const csv = `name,category,purchased,cost,tax,maker,serial,inUse,openingOn,openingDepreciated\nMicroscope,${category},01/04/2022,"1,20,000.00",,Olympus,OL-1,2022-04-01,31/03/2026,45600\nCentrifuge,No such,2024-01-01,5000,,Remi,R-1,,,\nMicroscope twin,${category},2022-04-01,1000,,Olympus,OL-1,,,\n`
    const send = (dryRun: string) => store.importAssets(multipart({ facilityId: hospital.facilityId, dryRun }, [{ name: 'assets.csv', bytes: Buffer.from(csv) }]))
    const tried = (await send('true')).body
    expect(tried).toMatchObject({ dryRun: true, counts: { read: 3, created: 1, unchanged: 1, failed: 1 } })
    expect(tried.errors[0]).toMatchObject({ line: 3, path: 'categoryId' })
    expect(await hospital.query("select 1 from assets where serial_number = 'OL-1'")).toEqual([])
    expect((await send('false')).body.counts.created).toBe(1)
    expect((await send('false')).body.counts).toMatchObject({ created: 0, unchanged: 2 })
    const [one] = (await store.listAssets({ query: { search: 'microscope' } })).body.items
    expect([one?.net.amount, one?.openingOn]).toEqual(['74400.00', '2026-03-31'])
  })
})
