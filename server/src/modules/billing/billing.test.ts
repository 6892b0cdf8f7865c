import { beforeAll, describe, expect, it } from 'vitest'
import { extractText, getDocumentProxy } from 'unpdf'
import { billing } from '#contract/billing.ts'
import { encounters } from '#contract/encounters.ts'
import { patients } from '#contract/patients.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'

let hospital: TestHospital
let cashier: TestClient<typeof billing>
let admin: TestClient<typeof billing>
let patientId = ''
const serviceId = { consultation: '', room: '', oil: '' }

const inr = (amount: string) => ({ amount, currency: 'INR' })
const newPatient = async (givenName: string) => (await (await hospital.as(patients, 'receptionist')).register({ body: { givenName, sex: 'female', ageYears: 40 } })).body.id
const openVisit = async (of = patientId) => (await (await hospital.as(encounters, 'receptionist')).open({ body: { patientId: of, facilityId: hospital.facilityId, class: 'outpatient', practitionerId: hospital.userId('doctor') } })).body.id

beforeAll(async () => {
  hospital = await testHospital()
  cashier = await hospital.as(billing, 'cashier')
  admin = await hospital.as(billing, 'admin')
  patientId = await newPatient('Revathi')
  serviceId.consultation = (await admin.createService({ body: { code: 'T-OPD', name: 'Consultation, test', price: inr('500.00'), taxCode: '999312' } })).body.id
  serviceId.room = (await admin.createService({ body: { code: 'T-ROOM', name: 'Room', price: inr('6000.00'), taxCode: 'GST5' } })).body.id
  serviceId.oil = (await admin.createService({ body: { code: 'T-OIL', name: 'Oil', price: inr('118.00'), taxCode: '3004', taxRatePercent: '18', isTaxIncluded: true } })).body.id
})

const lines = (...items: [keyof typeof serviceId, string][]) => items.map(([key, quantity]) => ({ serviceId: serviceId[key], quantity }))
const drafted = async (...items: [keyof typeof serviceId, string][]) => (await cashier.draftInvoice({ body: { patientId, facilityId: hospital.facilityId, lines: lines(...items) } })).body
const issued = async (...items: [keyof typeof serviceId, string][]) => (await cashier.issueInvoice({ params: { id: (await drafted(...items)).id }, body: {} })).body
const pay = (id: string, amount: string, method: 'cash' | 'upi' | 'card' = 'cash') => cashier.pay({ params: { id }, body: { method, amount: inr(amount) } })

describe('services and prices', () => {
  it('are written by the administrator, with a rate from the tax code', async () => {
    const body = { code: 'T-X', name: 'X', price: inr('10.00') }
    expect((await hospital.anonymous(billing).createService({ body })).status).toBe(401)
    expect((await cashier.createService({ body })).status).toBe(403)
    const unknown = await admin.createService({ body: { ...body, taxCode: '8471' } })
    expect([unknown.status, unknown.problem.code, unknown.problem.errors?.[0]?.path]).toEqual([422, 'billing.unknown_tax_code', 'taxCode'])
    const fine = await admin.createService({ body: { ...body, price: inr('10.001') } })
    expect([fine.status, fine.problem.code, fine.problem.errors?.[0]?.path]).toEqual([422, 'billing.too_fine', 'price.amount'])
    const made = await admin.createService({ body: { ...body, taxCode: 'GST18' } })
    expect(made.body).toMatchObject({ code: 'T-X', price: inr('10.00'), taxRatePercent: '18', isTaxIncluded: false, isActive: true, version: 1 })
    expect((await admin.createService({ body })).problem.code).toBe('billing.code_taken')
    const found = await cashier.listServices({ query: { search: 'consultation, t' } })
    expect(found.body.items.map((item) => item.code)).toEqual(['T-OPD'])
    expect(await hospital.query("select 1 from audit_entries where action = 'billing.createService:create' and subject_id = $1", [made.body.id])).toHaveLength(1)
  })

  it('have the price of the day, of the facility before everybody’s, and a bill keeps what it was priced at', async () => {
    const id = (await admin.createService({ body: { code: 'T-DAY', name: 'Day care', price: inr('100.00') } })).body.id
    const before = (await cashier.draftInvoice({ body: { patientId, facilityId: hospital.facilityId, lines: [{ serviceId: id, quantity: '1' }] } })).body
    expect((await admin.addPrice({ params: { id }, body: { price: inr('120.00'), validFrom: '2026-01-01' } })).status).toBe(201)
    expect((await admin.addPrice({ params: { id }, body: { price: inr('120.00'), validFrom: '2026-01-01' } })).problem.code).toBe('billing.price_exists')
    await admin.addPrice({ params: { id }, body: { price: inr('150.00'), validFrom: '2026-01-01', facilityId: hospital.otherFacilityId } })
    await admin.addPrice({ params: { id }, body: { price: inr('999.00'), validFrom: '2999-01-01' } })
    const total = async (facilityId: string) => (await admin.draftInvoice({ body: { patientId, facilityId, lines: [{ serviceId: id, quantity: '1' }] } })).body.total.amount
    expect([await total(hospital.facilityId), await total(hospital.otherFacilityId), before.total.amount]).toEqual(['120.00', '150.00', '100.00'])
  })
})

describe('a visit', () => {
  it('charges by itself what the rules say, once, and its bill takes the charges', async () => {
    const rule = await admin.createChargeRule({ body: { trigger: 'encounter-opened', serviceId: serviceId.consultation, encounterClass: 'outpatient' } })
    await admin.createChargeRule({ body: { trigger: 'encounter-opened', serviceId: serviceId.room, encounterClass: 'inpatient' } })
    const encounterId = await openVisit()
    const charged = await cashier.listCharges({ query: { encounterId } })
    expect(charged.body.items).toMatchObject([{ service: { code: 'T-OPD' }, quantity: '1', amount: inr('500.00'), source: { type: 'encounter-opened', id: encounterId }, state: 'open' }])
    const added = await cashier.addCharge({ body: { encounterId, serviceId: serviceId.oil, quantity: '2' } })
    expect(added.body).toMatchObject({ amount: inr('236.00'), source: { type: 'manual', id: null } })
    const [first, second] = await Promise.all([cashier.draftInvoice({ body: { encounterId } }), cashier.draftInvoice({ body: { encounterId } })])
    expect([first.status, second.status].toSorted()).toEqual([201, 422])
    const bill = first.status === 201 ? first.body : second.body
    expect(bill).toMatchObject({ number: null, state: 'draft', kind: 'tax-invoice', subtotal: inr('700.00'), tax: inr('36.00'), cgst: inr('18.00'), sgst: inr('18.00'), total: inr('736.00') })
    expect((await cashier.listCharges({ query: { encounterId } })).body.items.map((item) => item.invoiceId)).toEqual([bill.id, bill.id])
    expect((await cashier.cancelCharge({ params: { id: added.body.id }, body: { reason: 'no' } })).problem.code).toBe('billing.already_invoiced')
    const cancelled = await cashier.cancelInvoice({ params: { id: bill.id }, body: { reason: 'wrong' } })
    expect([cancelled.body.state, cancelled.body.number]).toEqual(['cancelled', null])
    expect((await cashier.cancelCharge({ params: { id: added.body.id }, body: { reason: 'not given' } })).body.state).toBe('cancelled')
    expect((await cashier.draftInvoice({ body: { encounterId } })).body.total).toEqual(inr('500.00'))
    await admin.updateChargeRule({ params: { id: rule.body.id }, body: { isActive: false }, ifMatch: 1 })
    expect((await cashier.listCharges({ query: { encounterId: await openVisit() } })).body.items).toEqual([])
    await admin.updateChargeRule({ params: { id: rule.body.id }, body: { isActive: true }, ifMatch: 2 })
  })

  it('that was cancelled owes nothing', async () => {
    const encounterId = await openVisit()
    await (await hospital.as(encounters, 'receptionist')).cancel({ params: { id: encounterId }, body: { reason: 'left' } })
    expect((await cashier.listCharges({ query: { encounterId } })).body.items.map((item) => item.state)).toEqual(['cancelled'])
    expect((await cashier.draftInvoice({ body: { encounterId } })).problem.code).toBe('billing.nothing_to_bill')
  })
})

describe('a bill', () => {
  it('goes from draft to paid in parts; nobody pays more than is left', async () => {
    const draft = await drafted(['room', '1'])
    expect(draft).toMatchObject({ total: inr('6300.00'), cgst: inr('150.00'), sgst: inr('150.00'), igst: inr('0.00'), actions: ['update', 'issue', 'cancel'] })
    const params = { id: draft.id }
    expect((await pay(draft.id, '1.00')).problem.allowed).toEqual(['update', 'issue', 'cancel'])
    const bill = (await cashier.issueInvoice({ params, body: {}, ifMatch: draft.version })).body
    expect(bill.number).toMatch(/^GH1\/I26\/\d{6}$/)
    expect(bill).toMatchObject({ state: 'issued', balance: inr('6300.00'), issuedOn: expect.stringMatching(/^\d{4}-\d\d-\d\d$/), actions: ['pay', 'credit'] })
    expect((await cashier.issueInvoice({ params, body: {} })).status).toBe(409)
    expect((await cashier.updateInvoice({ params, body: { lines: lines(['oil', '1']) }, ifMatch: bill.version })).status).toBe(409)
    const part = await pay(bill.id, '2000.00')
    expect([part.status, part.body.invoice.state, part.body.invoice.balance, part.body.payment.number]).toEqual([201, 'part-paid', inr('4300.00'), expect.stringMatching(/^GH1\/R26\/\d{6}$/)])
    const over = await pay(bill.id, '4300.01')
    expect([over.status, over.problem.code, over.problem.errors?.[0]?.path]).toEqual([422, 'billing.above_balance', 'amount.amount'])
    expect((await cashier.pay({ params, body: { method: 'cash', amount: { amount: '1.00', currency: 'USD' } } })).problem.code).toBe('billing.wrong_currency')
    expect((await pay(bill.id, '4300.00', 'upi')).body.invoice).toMatchObject({ state: 'paid', balance: inr('0.00'), paid: inr('6300.00') })
    expect((await pay(bill.id, '0.01')).status).toBe(409)
    const listed = await cashier.listPayments({ query: { invoiceId: bill.id } })
    expect(listed.body.items.map((item) => [item.method, item.amount.amount]).toSorted()).toEqual([['cash', '2000.00'], ['upi', '4300.00']])
  })

  it('of care alone is a bill of supply in its own series', async () => {
    const bill = await issued(['consultation', '1'])
    expect([bill.kind, bill.number, bill.tax]).toEqual(['bill-of-supply', expect.stringMatching(/^GH1\/B26\/\d{6}$/), inr('0.00')])
  })

  it('to another state carries IGST, and a draft takes a discount and another buyer', async () => {
    const draft = await drafted(['oil', '3'])
    const params = { id: draft.id }
    const body = { lines: [{ serviceId: serviceId.oil, quantity: '3', discount: inr('54.00') }], buyer: { name: 'Trust', stateCode: '29', taxNumber: '29AAAAA0000A1Z5' } }
    expect((await cashier.updateInvoice({ params, body })).status).toBe(428)
    const changed = await cashier.updateInvoice({ params, body, ifMatch: draft.version })
    expect(changed.body).toMatchObject({ isInterState: true, igst: inr('45.76'), cgst: inr('0.00'), total: inr('300.00'), lines: [{ discount: inr('54.00') }] })
    const over = await cashier.updateInvoice({ params, body: { lines: [{ serviceId: serviceId.oil, quantity: '1', discount: inr('119.00') }] }, ifMatch: changed.body.version })
    expect([over.status, over.problem.code, over.problem.errors?.[0]?.path]).toEqual([422, 'billing.discount_above_price', 'lines.0.discount.amount'])
    expect((await cashier.updateInvoice({ params, body, ifMatch: draft.version })).status).toBe(412)
  })

  it('that is issued cannot be changed by anybody, nor the ledger', async () => {
    const bill = await issued(['oil', '1'])
    await pay(bill.id, '10.00')
    for (const statement of ['update invoices set total = total + 1, taxable = taxable + 1, subtotal = subtotal + 1 where id = $1', "update invoices set number = 'GH1/I26/999999' where id = $1", 'delete from invoices where id = $1', 'update invoice_lines set quantity = quantity + 1 where invoice_id = $1', 'delete from invoice_lines where invoice_id = $1', 'update payments set amount = amount + 1 where invoice_id = $1', 'delete from payments where invoice_id = $1']) {
      await expect(hospital.query(statement, [bill.id]), statement).rejects.toThrow(/is final|violates/)
    }
  })

  it('is another tenant’s 404 and another role’s 403', async () => {
    const bill = await issued(['oil', '1'])
    const stranger = await hospital.as(billing, 'cashier', 'ayurveda')
    expect((await stranger.readInvoice({ params: { id: bill.id } })).status).toBe(404)
    expect((await stranger.pay({ params: { id: bill.id }, body: { method: 'cash', amount: inr('1.00') } })).status).toBe(404)
    expect((await (await hospital.as(billing, 'nurse')).readInvoice({ params: { id: bill.id } })).status).toBe(403)
    expect((await (await hospital.as(billing, 'doctor')).issueInvoice({ params: { id: bill.id }, body: {} })).status).toBe(403)
  })
})

describe('payments at once', () => {
  it('twenty of a half each take exactly the balance; one key makes one receipt', async () => {
    const bill = await issued(['oil', '1'])
    const answers = await Promise.all(Array.from({ length: 20 }, () => pay(bill.id, '59.00')))
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(2)
    expect(new Set(answers.filter((answer) => answer.status !== 201).map((answer) => answer.problem.code))).toEqual(new Set(['lifecycle.illegal_step']))
    expect(await hospital.query('select paid::text, total::text from invoices where id = $1', [bill.id])).toEqual([{ paid: '118.000', total: '118.000' }])
    const other = await issued(['oil', '1'])
    const same = await Promise.all(Array.from({ length: 10 }, () => cashier.pay({ params: { id: other.id }, body: { method: 'card', amount: inr('10.00') }, idempotencyKey: 'one-press' })))
    expect(new Set(same.map((answer) => `${answer.status} ${answer.body.payment.number}`)).size).toBe(1)
    expect(await hospital.query('select 1 from payments where invoice_id = $1', [other.id])).toHaveLength(1)
  })

  it('are refused by the constraint when the lock is taken away', async () => {
    const bill = await issued(['oil', '1'])
    await expect(hospital.query('update invoices set paid = total + 1 where id = $1', [bill.id])).rejects.toThrow('invoices_balance')
  })
})

describe('a credit note', () => {
  it('takes back part, then the rest, never more; the sums return to the paisa; the refund goes the way it came', async () => {
    const bill = await issued(['oil', '3'], ['room', '1'])
    const [oil, room] = bill.lines
    const credit = (items: { invoiceLineId: string; quantity: string }[]) => cashier.creditInvoice({ body: { invoiceId: bill.id, lines: items, reason: 'returned' } })
    await pay(bill.id, bill.total.amount, 'card')
    const first = await credit([{ invoiceLineId: oil?.id ?? '', quantity: '1' }])
    expect(first.body).toMatchObject({ number: expect.stringMatching(/^GH1\/C26\/\d{6}$/), total: inr('118.00'), cgst: inr('9.00'), invoiceNumber: bill.number })
    const over = await credit([{ invoiceLineId: oil?.id ?? '', quantity: '2.5' }])
    expect([over.status, over.problem.code, over.problem.errors?.[0]?.path]).toEqual([422, 'billing.above_creditable', 'lines.0.quantity'])
    const params = { id: bill.id }
    const tooMuch = await cashier.refund({ params, body: { method: 'card', amount: inr('118.01'), reason: 'returned' } })
    expect(tooMuch.problem.code).toBe('billing.above_refundable')
    expect((await cashier.refund({ params, body: { method: 'cash', amount: inr('118.00'), reason: 'returned' } })).status).toBe(403)
    expect((await cashier.refund({ params, body: { method: 'card', amount: inr('118.00'), reason: 'returned' } })).body.invoice).toMatchObject({ refunded: inr('118.00'), credited: inr('118.00'), balance: inr('0.00'), state: 'paid' })
    const rest = await credit([{ invoiceLineId: oil?.id ?? '', quantity: '2' }, { invoiceLineId: room?.id ?? '', quantity: '1' }])
    expect(Number(rest.body.total.amount) + 118).toBeCloseTo(Number(bill.total.amount), 10)
    expect((await cashier.readInvoice({ params })).body).toMatchObject({ state: 'credited', credited: bill.total })
    expect((await credit([{ invoiceLineId: oil?.id ?? '', quantity: '1' }])).status).toBe(409)
  })

  it('ten at once of one piece credit it once', async () => {
    const bill = await issued(['oil', '1'])
    const line = { invoiceLineId: bill.lines[0]?.id ?? '', quantity: '1' }
    const answers = await Promise.all(Array.from({ length: 10 }, () => cashier.creditInvoice({ body: { invoiceId: bill.id, lines: [line], reason: 'twice' } })))
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([201, ...Array.from({ length: 9 }, () => 409)])
  })
})

describe('a deposit', () => {
  it('is used up by bills of its patient and given back, never more than it holds', async () => {
    const taken = await cashier.takeDeposit({ body: { patientId, facilityId: hospital.facilityId, amount: inr('200.00'), method: 'cash' } })
    expect(taken.body).toMatchObject({ number: expect.stringMatching(/^GH1\/D26\/\d{6}$/), remaining: inr('200.00') })
    const bill = await issued(['oil', '2'])
    const use = (amount: string, id = bill.id) => cashier.pay({ params: { id }, body: { method: 'deposit', amount: inr(amount), depositId: taken.body.id } })
    expect((await use('201.00')).problem.code).toBe('billing.above_deposit')
    expect((await use('150.00')).body.invoice).toMatchObject({ state: 'part-paid', balance: inr('86.00') })
    const stranger = (await cashier.draftInvoice({ body: { patientId: await newPatient('Another'), facilityId: hospital.facilityId, lines: lines(['oil', '1']) } })).body
    await cashier.issueInvoice({ params: { id: stranger.id }, body: {} })
    expect((await use('10.00', stranger.id)).problem.code).toBe('billing.other_patient')
    const params = { id: taken.body.id }
    expect((await cashier.refundDeposit({ params, body: { method: 'cash', amount: inr('50.01'), reason: 'x' } })).problem.code).toBe('billing.above_deposit')
    expect((await cashier.refundDeposit({ params, body: { method: 'cash', amount: inr('50.00'), reason: 'went home' } })).body).toMatchObject({ used: inr('150.00'), refunded: inr('50.00'), remaining: inr('0.00') })
    const day = await cashier.takings({ query: { facilityId: hospital.facilityId } })
    expect(day.body.items.some((item) => item.method === 'deposit')).toBe(false)
  })
})

describe('papers', () => {
  it('a bill has letterhead, motto, tax split and payments, is kept, and a reprint says so', async () => {
    const bill = await issued(['oil', '1'])
    expect((await cashier.printInvoice({ params: { id: (await drafted(['oil', '1'])).id } })).status).toBe(409)
    await pay(bill.id, '100.00', 'cash')
    await pay(bill.id, '18.00', 'upi')
    const first = await cashier.printInvoice({ params: { id: bill.id } })
    const bytes = (body: unknown) => Buffer.from(body as Buffer)
    expect([first.status, first.headers['content-type']]).toEqual([200, 'application/pdf'])
    const textOf = async (body: unknown) => (await extractText(await getDocumentProxy(new Uint8Array(bytes(body))), { mergePages: true })).text
    const text = await textOf(first.body)
    for (const expected of ['Triveni General, Kochi', 'Tax invoice', bill.number ?? '', 'Revathi', 'CGST', '9.00', '118.00', 'UPI', 'GSTIN']) expect(text).toContain(expected)
    const second = await cashier.printInvoice({ params: { id: bill.id } })
    expect(bytes(second.body).equals(bytes(first.body))).toBe(true)
    expect(await textOf((await cashier.printInvoice({ params: { id: bill.id }, query: { copy: 'duplicate' } })).body)).toContain('DUPLICATE')
    expect(await hospital.query("select 1 from files where subject_id = $1 and content_type = 'application/pdf'", [bill.id])).toHaveLength(2)
    expect(await hospital.query("select 1 from audit_entries where subject_id = $1 and action = 'billing.printInvoice:print' and outcome = 'success'", [bill.id])).toHaveLength(3)
    const stranger = await hospital.as(billing, 'cashier', 'homeopathy')
    expect((await stranger.printInvoice({ params: { id: bill.id } })).status).toBe(404)
  })

  it('receipts and credit notes too', async () => {
    const bill = await issued(['oil', '1'])
    const paid = await pay(bill.id, '118.00')
    expect((await cashier.printReceipt({ params: { id: paid.body.payment.id } })).status).toBe(200)
    const note = await cashier.creditInvoice({ body: { invoiceId: bill.id, lines: [{ invoiceLineId: bill.lines[0]?.id ?? '', quantity: '1' }], reason: 'x' } })
    expect((await cashier.printCreditNote({ params: { id: note.body.id } })).headers['content-type']).toBe('application/pdf')
  })
})

describe('two records', () => {
  it('with open bills each are not merged', async () => {
    const [a, b] = [await newPatient('Twin'), await newPatient('Twinn')]
    for (const id of [a, b]) await cashier.draftInvoice({ body: { patientId: id, facilityId: hospital.facilityId, lines: lines(['oil', '1']) } })
    const merged = await (await hospital.as(patients, 'receptionist')).merge({ params: { id: a }, body: { intoPatientId: b } })
    expect([merged.status, merged.problem.missing]).toEqual([409, ['billing.open_bills']])
  })
})
