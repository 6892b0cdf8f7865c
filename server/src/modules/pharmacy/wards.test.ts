import { extractText, getDocumentProxy } from 'unpdf'
import { beforeAll, describe, expect, it } from 'vitest'
import { billing } from '#contract/billing.ts'
import { encounters } from '#contract/encounters.ts'
import { inventory } from '#contract/inventory.ts'
import { medications } from '#contract/medications.ts'
import { patients } from '#contract/patients.ts'
import { pharmacy } from '#contract/pharmacy.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'

let hospital: TestHospital
let counter: TestClient<typeof pharmacy>
let stock: TestClient<typeof inventory>
let storeId = ''
const inr = (amount: string) => ({ amount, currency: 'INR' })
const inpatients: { patientId: string; encounterId: string }[] = []
const medicineIds: string[] = []

beforeAll(async () => {
  hospital = await testHospital({ patients: 3 })
  counter = await hospital.as(pharmacy, 'pharmacist')
  stock = await hospital.as(inventory, 'pharmacist')
  const dispensary = await hospital.as(medications, 'pharmacist')
  storeId = (await stock.createStore({ body: { facilityId: hospital.facilityId, code: 'IP', name: 'Inpatient pharmacy', kind: 'pharmacy' } })).body.id
  for (const [name, genericName] of [['Wardol', 'Tramadol'], ['Wardpril', 'Ramipril']] as const) {
    const medicationId = (await dispensary.createMedication({ body: { name, genericName, system: 'allopathy', systemData: { dosageForm: 'tablet' } } })).body.id
    const item = (await stock.createItem({ body: { sku: name, name, kind: 'medicine', medicationId, baseUnit: 'tablet' } })).body.id
    await stock.bookDocument({ body: { kind: 'opening', storeId, lines: [{ itemId: item, lot: { batch: `${name}-1`, expiresOn: '2031-01', mrp: inr('2.00'), unitCost: inr('1.00') }, quantity: '60' }] } })
    medicineIds.push(medicationId)
  }
  for (const givenName of ['Latha', 'Omana']) {
    const patientId = (await (await hospital.as(patients, 'receptionist')).register({ body: { givenName, sex: 'female', ageYears: 50 } })).body.id
    const encounterId = (await (await hospital.as(encounters, 'receptionist')).open({ body: { patientId, facilityId: hospital.facilityId, class: 'inpatient', practitionerId: hospital.userId('doctor') } })).body.id
    inpatients.push({ patientId, encounterId })
  }
})

async function signed(encounterId: string): Promise<string[]> {
  const doctor = await hospital.as(medications, 'doctor')
  const { body } = await doctor.prescribe({ body: { encounterId, items: medicineIds.map((medicationId) => ({ medicationId, dosage: '1 tablet', frequency: '1-0-1', durationDays: 5, quantity: '10', instructions: {} })) } })
  const { body: final } = await doctor.finalize({ params: { id: body.id }, body: { overrides: body.alerts.map((one) => ({ key: one.key, reason: 'known' })) } })
  return final.items.map((item) => item.id)
}
const onHand = async () => (await stock.listStock({ query: { storeId } })).body.items.map((line) => line.quantity)
const due = async () => (await counter.listUnitDoses({ query: { facilityId: hospital.facilityId } })).body.items

describe('unit doses of a ward', () => {
  it('are what inpatients need for a day, issued together as one paper, and come back as another', async () => {
    const items = [...(await signed(inpatients[0]?.encounterId ?? '')), ...(await signed(inpatients[1]?.encounterId ?? ''))]
    expect((await due()).map((line) => [line.patientName, line.name, line.perDay, line.left]).toSorted()).toEqual([['Latha', 'Wardol', '2', '10'], ['Latha', 'Wardpril', '2', '10'], ['Omana', 'Wardol', '2', '10'], ['Omana', 'Wardpril', '2', '10']])
    const lines = items.map((prescriptionItemId) => ({ prescriptionItemId, quantity: '2' }))
    const over = await counter.issueUnitDoses({ body: { storeId, lines: lines.map((line, index) => (index === 3 ? { ...line, quantity: '11' } : line)) } })
    expect([over.problem.code, over.problem.errors?.[0]?.path, await onHand()]).toEqual(['medications.over_dispensed', 'lines.3.quantity', ['60', '60']])
    const issued = await counter.issueUnitDoses({ body: { storeId, ward: 'Female ward', lines } })
    expect([issued.status, issued.body.kind, issued.body.ward, issued.body.lines.length, await onHand()]).toEqual([201, 'issue', 'Female ward', 4, ['56', '56']])
    expect((await due()).map((line) => line.left)).toEqual(['8', '8', '8', '8'])
    const charges = (await (await hospital.as(billing, 'cashier')).listCharges({ query: { encounterId: inpatients[0]?.encounterId ?? '' } })).body.items
    expect(charges.filter((one) => one.service.name.startsWith('Ward')).map((one) => [one.quantity, one.amount.amount])).toEqual([['2', '4.00'], ['2', '4.00']])
    const [first, second] = issued.body.lines
    const back = await counter.returnFromWard({ body: { storeId, ward: 'Female ward', reason: 'discharged', lines: [{ dispenseItemId: first?.dispenseItemId ?? '', quantity: '2', isSealed: true }, { dispenseItemId: second?.dispenseItemId ?? '', quantity: '1', isSealed: false }] } })
    expect([back.status, back.body.lines.map((line) => [line.quantity, line.isBack])]).toEqual([201, [['2', true], ['1', false]]])
    expect((await onHand()).toSorted()).toEqual(['56', '58'])
    expect((await counter.returnFromWard({ body: { storeId, reason: 'again', lines: [{ dispenseItemId: first?.dispenseItemId ?? '', quantity: '1', isSealed: true }] } })).problem.code).toBe('pharmacy.above_returnable')
    const papers = (await counter.listWardDocuments({ query: { facilityId: hospital.facilityId } })).body.items
    expect(papers.map((paper) => paper.number)).toEqual([expect.stringMatching(/-WRT-000001$/), expect.stringMatching(/-WIS-000001$/)])
    expect((await counter.readWardDocument({ params: { id: back.body.id } })).body.lines.map((line) => line.patientName)).toEqual(['Latha', 'Latha'].map(() => first?.patientName))
  })

  it('two rounds in opposite order never lock each other', async () => {
    const [a, b] = [await signed(inpatients[0]?.encounterId ?? ''), await signed(inpatients[1]?.encounterId ?? '')]
    const round = (items: readonly string[]) => counter.issueUnitDoses({ body: { storeId, lines: items.map((prescriptionItemId) => ({ prescriptionItemId, quantity: '1' })) } })
    const answers = await Promise.all(Array.from({ length: 6 }, (_one, index) => round(index % 2 === 0 ? [...a, ...b] : [...b, ...a].toReversed())))
    expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201, 201, 201, 201])
    const [sums] = await hospital.query<{ n: number }>("select count(*)::int as n from stock_balances b where b.quantity <> (select sum(m.quantity) from stock_movements m where m.store_id = b.store_id and m.lot_id = b.lot_id) and b.store_id = $1", [storeId])
    expect(sums?.n).toBe(0)
  })

  it('who may, and another hospital', async () => {
    expect((await hospital.anonymous(pharmacy).listUnitDoses({ query: { facilityId: hospital.facilityId } })).status).toBe(401)
    expect((await (await hospital.as(pharmacy, 'cashier')).returnFromWard({ body: { storeId, reason: 'x', lines: [{ dispenseItemId: storeId, quantity: '1', isSealed: true }] } })).status).toBe(403)
    const [paper] = (await counter.listWardDocuments({ query: {} })).body.items
    expect((await (await hospital.as(pharmacy, 'pharmacist', 'ayurveda')).readWardDocument({ params: { id: paper?.id ?? '' } })).status).toBe(404)
  })
})

describe('the list of a round', () => {
  const textOf = async (body: unknown): Promise<string> => (await extractText(await getDocumentProxy(new Uint8Array(Buffer.from(body as Buffer))), { mergePages: true })).text
  const found = async (query: object) => [...new Set((await counter.listUnitDoses({ query: { facilityId: hospital.facilityId, limit: 200, ...query } })).body.items.map((line) => line.patientName))].toSorted()

  it('is narrowed by patient and by the ward the doses last went to, and paged whole', async () => {
    const [latha = '', omana = ''] = inpatients.map((one) => one.encounterId)
    const [first = ''] = [...(await signed(latha)), ...(await signed(omana))]
    expect((await counter.issueUnitDoses({ body: { storeId, ward: 'Maternity', lines: [{ prescriptionItemId: first, quantity: '1' }] } })).status).toBe(201)
    expect([await found({ ward: 'maternity' }), await found({ search: 'oman' }), await found({ search: 'nobody at all' }), await found({ search: '%' }), await found({ ward: 'Elsewhere' })]).toEqual([['Latha'], ['Omana'], [], [], []])
    const [mrn = ''] = (await counter.listUnitDoses({ query: { search: 'latha' } })).body.items.map((line) => line.patientMrn)
    expect(await found({ search: mrn })).toEqual(['Latha'])
    const all: string[] = []
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const { items, nextCursor }: { items: { prescriptionItemId: string }[]; nextCursor: string | null } = (await counter.listUnitDoses({ query: { facilityId: hospital.facilityId, limit: 1, ...(cursor === undefined ? {} : { cursor }) } })).body
      all.push(...items.map((line) => line.prescriptionItemId))
      cursor = nextCursor
    }
    const whole = (await counter.listUnitDoses({ query: { facilityId: hospital.facilityId, limit: 200 } })).body.items.map((line) => line.prescriptionItemId)
    expect([all.length, all.toSorted()]).toEqual([new Set(all).size, whole.toSorted()])
  })

  it('is printed: what to take from the shelf, first expiry first, what is missing, and who gets what', async () => {
    const paper = await counter.printUnitDoses({ query: { storeId, ward: 'Maternity' } })
    const text = await textOf(paper.body)
    for (const said of ['Pick list of the round', 'Maternity', 'Wardol-1', 'Wardpril-1', '2031-01-31', 'Latha', '1-0-1']) expect(text).toContain(said)
    expect(text).not.toContain('Omana')
    const empty = (await stock.createStore({ body: { facilityId: hospital.facilityId, code: 'BARE', name: 'Bare', kind: 'pharmacy' } })).body.id
    expect(await textOf((await counter.printUnitDoses({ query: { storeId: empty } })).body)).toContain('not enough')
    expect((await (await hospital.as(pharmacy, 'cashier')).printUnitDoses({ query: { storeId } })).status).toBe(403)
  })
})

describe('what was handed out', () => {
  it('is found by patient, prescription and item, on days and from a store', async () => {
    const list = async (query: object) => (await counter.listDispenses({ query: { limit: 200, ...query } })).body.items
    const own = await list({ storeId })
    const [one] = own
    expect(own.length).toBeGreaterThan(1)
    const number = one?.prescriptionNumber ?? ''
    for (const search of [number, number.toLowerCase(), String(Number(number.slice(-6)))]) expect((await list({ search })).map((row) => row.prescriptionNumber)).toContain(number)
    expect(new Set((await list({ search: 'Latha' })).map((row) => row.patientName))).toEqual(new Set(['Latha']))
    const items = await list({ search: 'wardpr', storeId })
    expect([items.length > 0, items.every((row) => row.lines.some((line) => line.itemName === 'Wardpril'))]).toEqual([true, true])
    expect([await list({ search: 'zzzz' }), await list({ search: 'x', storeId }), await list({ to: '2020-01-01' }), await list({ from: '2099-01-01' })]).toEqual([[], [], [], []])
    expect((await list({ from: '2020-01-01', to: '2099-01-01', storeId })).length).toBe(own.length)
  })
})
