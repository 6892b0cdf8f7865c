import { default as bwip } from 'bwip-js/node'
import { beforeAll, describe, expect, it } from 'vitest'
import { encounters } from '#contract/encounters.ts'
import { inventory } from '#contract/inventory.ts'
import { medications } from '#contract/medications.ts'
import { patients } from '#contract/patients.ts'
import { purchasing } from '#contract/purchasing.ts'
import { stableId } from '../server/src/seed/random.ts'
import { openMailbox } from '../server/src/testing/mailbox.ts'
import { type BrowserSession, startSession } from './session.ts'
import { sweep, sweepMilliseconds } from './sweep.ts'

let session: BrowserSession
beforeAll(async () => {
  session = await startSession({ withCare: true })
})

const itemOf = (name: string) => stableId(1, `stock:general:item:${name}`)
const ean = '4006381333931'

describe('tables', () => {
  it('of items are tried, then taken over; a price list comes to the order', async () => {
    const page = await session.admitted('pharmacist')
    await page.goto(`${session.base}/stock/import`)
    const csv = 'sku,name,unit,pack,packSize,batch,expiry,mrp,cost,quantity\nNEW-1,Folic acid 5,tablet,strip,10,F1,2029-04,18.50,1.10,400\nNEW-2,,tablet,,,,,,,\n'
    await page.getByRole('combobox', { name: 'Store of the opening stock' }).click()
    await page.getByRole('option', { name: 'Main store' }).click()
    await page.locator('input[type=file]').setInputFiles({ name: 'items.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
    expect(await page.getByRole('button', { name: 'Take it over' }).isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Try it' }).click()
    await page.getByText('2 rows read: 1 new, 0 known already, 1 refused.').waitFor()
    await page.getByRole('row', { name: /^3 name/ }).waitFor()
    expect(await session.hospital.query("select 1 from items where sku = 'NEW-1'")).toEqual([])
    await page.getByRole('button', { name: 'Take it over' }).click()
    await page.getByText('Taken over', { exact: true }).waitFor()
    expect(await session.hospital.query("select b.quantity::float as q from stock_balances b join items i on i.id = b.item_id where i.sku = 'NEW-1'")).toEqual([{ q: 400 }])
    await page.goto(`${session.base}/purchasing/prices`)
    await page.getByRole('combobox', { name: 'Vendor' }).click()
    await page.getByRole('option', { name: 'Malabar Pharma' }).click()
    await page.locator('input[type=file]').setInputFiles({ name: 'prices.csv', mimeType: 'text/csv', buffer: Buffer.from('sku,price\nNEW-1,1.05\n') })
    await page.getByRole('button', { name: 'Try it' }).click()
    await page.getByRole('button', { name: 'Take it over' }).click()
    await page.getByRole('row', { name: /Folic acid 5 Malabar Pharma/ }).waitFor()
    await page.goto(`${session.base}/purchasing/orders/new`)
    await page.getByRole('combobox', { name: 'Vendor' }).click()
    await page.getByRole('option', { name: 'Malabar Pharma' }).click()
    await page.getByLabel('Add an item or scan it').fill('folic')
    await page.getByRole('option', { name: /Folic acid/ }).click()
    await expect.poll(() => page.getByLabel('Price of a unit: Folic acid 5').inputValue()).toBe('1.05')
    await page.context().close()
  })
})

describe('the camera', () => {
  it('reads a code from its picture and from a photo', async () => {
    const stock = await session.hospital.as(inventory, 'pharmacist')
    const item = (await stock.readItem({ params: { id: itemOf('Metformin 500') } })).body
    await stock.updateItem({ params: { id: item.id }, ifMatch: item.version, body: { barcodes: [{ code: ean, unit: 'strip' }] } })
    const page = await session.signedIn('pharmacist')
    // Widths of bars and gaps in turn, as a camera would see them.
    const [{ sbs }] = bwip.raw({ bcid: 'ean13', text: ean }) as unknown as [{ sbs: number[] }]
    await page.evaluate((widths: number[]) => {
      const canvas = document.createElement('canvas')
      canvas.width = 640
      canvas.height = 320
      const brush = canvas.getContext('2d')
      const draw = () => {
        if (brush === null) return
        brush.fillStyle = 'white'
        brush.fillRect(0, 0, 640, 320)
        brush.fillStyle = 'black'
        let left = 90
        for (const [index, width] of widths.entries()) {
          if (index % 2 === 0) brush.fillRect(left, 40, width * 4, 240)
          left += width * 4
        }
      }
      setInterval(draw, 80)
      draw()
      const devices = { getUserMedia: async () => canvas.captureStream(12), enumerateDevices: async () => [] }
      Object.defineProperty(navigator, 'mediaDevices', { configurable: true, value: devices })
    }, sbs)
    const openBook = async () => {
      await page.keyboard.press('Escape')
      await page.evaluate(() => { history.pushState({}, '', '/stock/book'); dispatchEvent(new PopStateEvent('popstate')) })
      await page.getByRole('heading', { name: 'Book stock' }).waitFor()
    }
    await openBook()
    await page.getByRole('button', { name: 'Scan with the camera' }).click()
    await page.getByLabel('Quantity: Metformin 500').waitFor()
    await page.reload()
    await page.getByRole('button', { name: 'Scan with the camera' }).click()
    await page.getByText(/There is no camera/).waitFor()
    const photo = await bwip.toBuffer({ bcid: 'ean13', text: ean, scale: 3, backgroundcolor: 'FFFFFF', paddingwidth: 20, paddingheight: 10 })
    await page.locator('input[type=file][accept="image/*"]').setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer: Buffer.from(photo) })
    await page.getByLabel('Quantity: Metformin 500').waitFor()
    expect(await page.getByRole('combobox', { name: 'Unit: Metformin 500' }).inputValue()).toBe('strip')
    await page.context().close()
  })
})

describe('buying', () => {
  it('asks, compares quotations, orders from the lowest and sends the order by mail', async () => {
    const mailbox = await openMailbox()
    const page = await session.admitted('pharmacist')
    await page.goto(`${session.base}/purchasing/requisitions`)
    await page.getByRole('row', { name: /GH1-REQ-000001/ }).click()
    await page.getByText('Lowest').first().waitFor()
    await page.getByRole('button', { name: 'Order from it' }).first().click()
    await page.getByRole('heading', { name: /GH1-PO-/ }).waitFor()
    await page.getByRole('button', { name: 'Approve' }).click()
    await page.getByRole('button', { name: 'Send by mail' }).click()
    await expect.poll(() => page.getByRole('dialog').getByRole('textbox').inputValue()).toMatch(/@/)
    await page.getByRole('dialog').getByRole('button', { name: 'Send by mail' }).click()
    await page.getByText(/Mailed to/).waitFor()
    expect(await session.hospital.query("select count(*)::int as n from event_queue where name = 'purchasing.order-mailed'")).toEqual([{ n: 1 }])
    const [order] = (await (await session.hospital.as(purchasing, 'pharmacist')).listOrders({ query: { state: 'sent' } })).body.items
    expect(order?.mailedTo).toMatch(/@/)
    await mailbox.close()
    await page.context().close()
  })
})

describe('the prescription', () => {
  it('is written with refills, and refused with a reason', async () => {
    const desk = await session.hospital.as(patients, 'receptionist')
    const patient = (await desk.register({ body: { givenName: 'Refilled', familyName: 'Nair', sex: 'female', ageYears: 70, facilityId: session.hospital.facilityId } })).body
    const visit = (await (await session.hospital.as(encounters, 'receptionist')).open({ body: { patientId: patient.id, facilityId: session.hospital.facilityId, class: 'outpatient', practitionerId: stableId(1, 'general:user:doctor:1') } })).body
    const page = await session.admitted('doctor')
    await page.goto(`${session.base}/prescriptions/new?encounterId=${visit.id}`)
    await page.getByLabel('Add a medicine').fill('amlod')
    await page.getByRole('option', { name: /Amlodipine/ }).first().click()
    await page.getByRole('combobox', { name: 'How often' }).fill('1-0-1')
    await page.getByRole('combobox', { name: 'Refills' }).click()
    await page.getByRole('option', { name: '3', exact: true }).click()
    await page.getByLabel('Good for, days').fill('90')
    await page.getByRole('button', { name: 'Save draft' }).click()
    await expect.poll(async () => (await session.hospital.query<{ refills: number; valid_days: number }>('select refills, valid_days from prescriptions where patient_id = $1', [patient.id]))[0]).toEqual({ refills: 3, valid_days: 90 })
    await page.context().close()
    const doctor = await session.hospital.as(medications, 'doctor')
    const [draft] = (await doctor.listPrescriptions({ query: { patientId: patient.id } })).body.items
    await doctor.finalize({ params: { id: draft?.id ?? '' }, body: {} })
    const counter = await session.admitted('pharmacist')
    await counter.goto(`${session.base}/prescriptions/${draft?.id}`)
    await counter.getByRole('button', { name: 'Do not hand out' }).click()
    await counter.getByRole('dialog').getByLabel('Reason').fill('pressure was 90/60 today')
    await counter.getByRole('dialog').getByRole('button', { name: 'Do not hand out' }).click()
    await counter.getByText('It was not handed out').waitFor()
    await counter.context().close()
  })

  it('an alert that was passed over can be retired on its page, and asks again when restored', async () => {
    await session.hospital.query("insert into safety_overrides (tenant_id, id, alert_key, kind, severity, message, source, stage, patient_id, subject_type, reason, created_at, created_by) select tenant_id, gen_random_uuid(), 'age:demo', 'age', 'warn', 'Demo alert', 'Demo 1', 'order', id, '', 'known', now(), $1 from patients where tenant_id = $2 limit 3", [stableId(1, 'general:user:doctor:1'), session.hospital.tenantId])
    const page = await session.admitted('admin')
    await page.goto(`${session.base}/safety`)
    await page.getByRole('button', { name: 'Retire: Demo alert' }).click()
    await page.getByRole('dialog').getByLabel('Reason').fill('nobody heeds it')
    await page.getByRole('dialog').getByRole('button', { name: 'Retire' }).click()
    await page.getByRole('button', { name: 'Let it ask again: Demo alert' }).click()
    await page.getByRole('button', { name: 'Retire: Demo alert' }).waitFor()
    expect(await session.hospital.query('select 1 from retired_alerts')).toEqual([])
    await page.context().close()
  })
})

describe('every page of keeping and buying', () => {
  it('has no serious finding, on a phone neither', async () => {
    const paths = ['/stock/import', '/stock/to-see-to', '/stock/setup', '/safety', '/purchasing/requisitions', '/purchasing/prices', '/purchasing/bills', '/purchasing/registers']
    expect(await sweep(session, 'admin', paths, [{ width: 1440 }, { width: 390, colorScheme: 'dark' }])).toEqual([])
  }, sweepMilliseconds)
})
