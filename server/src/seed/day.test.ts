import { beforeAll, describe, expect, it } from 'vitest'
import { instruments } from '#contract/instruments.ts'
import { inventory } from '#contract/inventory.ts'
import { laboratory } from '#contract/laboratory.ts'
import { medications } from '#contract/medications.ts'
import { people } from '#contract/people.ts'
import { pharmacy } from '#contract/pharmacy.ts'
import { type TestHospital, testHospital } from '../testing/hospital.ts'
import { workOneDay } from './day.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital({ patients: 60, withCare: true })
  await workOneDay(3, 1)
})

const byState = (rows: readonly { state: string }[]) => Object.fromEntries([...Map.groupBy(rows, (row) => row.state)].map(([state, all]) => [state, all.length]))
const pharmacyStore = async () => (await (await hospital.as(inventory, 'pharmacist')).listStores({ query: { facilityId: hospital.facilityId } })).body.items.find((store) => store.code === 'PHARM')?.id ?? ''

describe('the morning of the demo', () => {
  it('is worked once: a second start adds nothing', async () => {
    const count = () => hospital.query('select (select count(*)::int from prescriptions) as prescriptions, (select count(*)::int from dispenses) as dispenses, (select count(*)::int from instrument_messages) as messages')
    expect(await count()).toEqual([{ prescriptions: 14, dispenses: 5, messages: 4 }])
    await workOneDay(3, 1)
    expect(await count()).toEqual([{ prescriptions: 14, dispenses: 5, messages: 4 }])
  })

  it('leaves the pharmacist of each hospital prescriptions to hand out', async () => {
    const states = async (key: 'general' | 'ayurveda' | 'homeopathy') => byState((await (await hospital.as(medications, 'pharmacist', key)).listPrescriptions({ query: { limit: 50 } })).body.items)
    expect([await states('general'), await states('ayurveda'), await states('homeopathy')]).toEqual([{ finalized: 5, 'partly-dispensed': 1, dispensed: 2 }, { finalized: 2, dispensed: 1 }, { finalized: 2, dispensed: 1 }])
  })

  it('has one that stock does not suffice for, one to look at for an allergy, and others without trouble', async () => {
    const storeId = await pharmacyStore()
    const { items } = (await (await hospital.as(medications, 'pharmacist')).listPrescriptions({ query: { limit: 50, state: 'finalized' } })).body
    const pharmacist = await hospital.as(pharmacy, 'pharmacist')
    const picked = await Promise.all(items.map(async (one) => (await pharmacist.pickList({ params: { id: one.id }, query: { storeId } })).body))
    expect(picked.filter((list) => list.lines.some((line) => Number(line.onHand) < Number(line.left))).map((list) => list.lines.map((line) => [line.name, line.onHand, line.left]))).toEqual([[['Azithromycin 500', '3', '6']]])
    expect(picked.flatMap((list) => list.alerts).filter((alert) => alert.severity !== 'inform').map((alert) => alert.kind)).toEqual(['allergy'])
  })

  it('has handed out whole, in part, and taken back, and stock says the same as its ledger', async () => {
    const { items } = (await (await hospital.as(pharmacy, 'pharmacist')).listDispenses({ query: { limit: 50 } })).body
    expect(items.map((one) => one.lines.map((line) => [line.itemName, line.quantity, line.returned]))).toEqual([[['Ibuprofen 400', '10', '6']], [['Levothyroxine 50', '30', '0']], [['Telmisartan 40', '30', '0'], ['Atorvastatin 10', '30', '0']]])
    expect(await hospital.query('select b.lot_id from stock_balances b where b.quantity <> (select sum(m.quantity) from stock_movements m where m.store_id = b.store_id and m.lot_id = b.lot_id)')).toEqual([])
  })

  it('is worth at the moving average what its lots cost: each item was bought at one price', async () => {
    const { byLot, atAverage } = (await (await hospital.as(inventory, 'pharmacist')).valuation({ query: {} })).body
    expect([Number(byLot.amount) > 0, Math.abs(Number(atAverage.amount) - Number(byLot.amount)) < 1]).toEqual([true, true])
  })

  it('lets the pharmacist count the controlled drugs with a colleague', async () => {
    const storeId = await pharmacyStore()
    const pharmacist = await hospital.as(pharmacy, 'pharmacist')
    expect(await hospital.query("select m.id from stock_movements m join items i on i.id = m.item_id where i.controlled_class <> '' and m.witness_id is null")).toEqual([])
    const drugs = (await pharmacist.listControlled({ params: { id: storeId } })).body.items
    const { items: colleagues } = (await (await hospital.as(people, 'pharmacist')).listPractitioners({ query: { isEverybody: 'true', limit: 200 } })).body
    const witnessId = colleagues.find((one) => one.name === 'Mini Joseph')?.id ?? ''
    const counted = await pharmacist.countShift({ body: { storeId, witnessId, lines: drugs.map((drug) => ({ itemId: drug.itemId, counted: '39' })) } })
    expect([counted.status, counted.body.items.map((line) => [line.itemName, line.difference, line.witness])]).toEqual([201, [['Morphine 10', '0', 'Sr. Mini Joseph']]])
  })

  it('shows the laboratory what the analyser sent: three tubes landed, one waits to be matched', async () => {
    const lab = await hospital.as(instruments, 'lab-technician')
    expect(byState((await lab.listMessages({ query: { limit: 50 } })).body.items)).toEqual({ accepted: 3, partly: 1 })
    const { items } = (await lab.listBin({ query: { state: 'waiting' } })).body
    expect(items.map((one) => [one.code, one.reason, one.specimenNumber])).toEqual(expect.arrayContaining([['HGB', 'unknown-specimen', 'GH1S8000025']]))
    const bench = await hospital.as(laboratory, 'lab-technician')
    const tube = (await bench.listSpecimens({ query: { number: 'GH1S0000025' } })).body.items[0]
    const haemoglobin = (await bench.readSpecimen({ params: { id: tube?.id ?? '' } })).body.results.find((row) => row.code === 'HGB')
    const binned = items.find((one) => one.code === 'HGB')
    expect((await lab.match({ params: { id: binned?.id ?? '' }, body: { resultId: haemoglobin?.id ?? '' } })).body.state).toBe('matched')
  })
})
