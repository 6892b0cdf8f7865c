import { beforeAll, describe, expect, it } from 'vitest'
import { orders } from '#contract/orders.ts'
import { type Bench, openBench } from '../server/src/modules/laboratory/testing/bench.ts'
import { findings } from './axe.ts'
import { type BrowserSession, startSession, takeFirst } from './session.ts'

let session: BrowserSession
let bench: Bench
beforeAll(async () => {
  session = await startSession({ withCare: true })
  bench = await openBench(session.hospital)
})

describe('the catalogue of orders', () => {
  it('is begun, changed and ordered from; what is asked before imaging is answered', async () => {
    const desk = await session.admitted('admin')
    await desk.goto(`${session.base}/orders/catalogue`)
    await desk.getByRole('button', { name: 'More', exact: true }).click()
    await desk.getByRole('menuitem', { name: 'Add the starter catalogue' }).click()
    await desk.getByRole('row', { name: /Abdominal paracentesis/ }).waitFor()
    await desk.getByRole('textbox', { name: 'Search' }).fill('X-ray knee')
    await desk.getByRole('row', { name: /X-ray knee/ }).click()
    await desk.getByRole('dialog').getByLabel('Instructions').fill('Standing, both planes')
    await desk.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click()
    await desk.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await findings(desk)).toEqual([])
    await desk.context().close()

    const patientId = await bench.person({ sex: 'female', ageYears: 30 })
    const visitId = await bench.visit(patientId)
    const office = await session.admitted('doctor')
    await office.goto(`${session.base}/encounters/${visitId}`)
    await office.getByRole('button', { name: 'Order', exact: true }).click()
    await office.getByRole('combobox', { name: 'Something else' }).click()
    await office.getByRole('option', { name: 'Imaging' }).click()
    await office.getByRole('textbox', { name: 'What is ordered' }).fill('घुटने का एक्स')
    await takeFirst(office, /X-ray knee/)
    const place = office.getByRole('button', { name: 'Order 1 item' })
    await office.getByRole('combobox', { name: 'Side' }).click()
    await office.getByRole('option', { name: 'Left', exact: true }).click()
    expect(await place.isDisabled()).toBe(true)
    await office.getByRole('combobox', { name: 'Asked: is she pregnant?' }).click()
    await office.getByRole('option', { name: 'Not pregnant' }).click()
    await office.getByLabel('Timing of X-ray knee').fill('Before noon')
    expect(await findings(office)).toEqual([])
    await place.click()
    await office.getByText('Left · Before noon · Standing, both planes').waitFor()
    const [order] = (await bench.doctor.listOrders({ query: { encounterId: visitId } })).body.items
    expect(order?.items).toMatchObject([{ code: 'XR-KNEE', side: 'left', pregnancy: 'no', timing: 'Before noon', instructions: 'Standing, both planes', isOther: false }])
    await office.context().close()
  })
})

describe('a nurse', () => {
  it('orders by a standing order, and its signature waits for who answers for it', async () => {
    await bench.doctor.createSet({ body: { name: 'Low potassium', isStanding: true, items: [{ kind: 'laboratory', code: 'K' }] } })
    const visitId = await bench.visit(await bench.person())
    const ward = await session.admitted('nurse')
    await ward.goto(`${session.base}/encounters/${visitId}`)
    await ward.getByRole('button', { name: 'Order', exact: true }).click()
    expect(await ward.getByText('Written', { exact: true }).count()).toBe(0)
    await ward.getByRole('button', { name: 'Low potassium' }).click()
    await ward.getByRole('button', { name: 'Order 1 item' }).click()
    await ward.getByText('Signature due').waitFor()
    await ward.context().close()
    const [order] = (await bench.doctor.listOrders({ query: { encounterId: visitId } })).body.items
    expect(order).toMatchObject({ channel: 'protocol', isSignatureDue: true, ordererId: session.hospital.userId('doctor') })
    await session.hospital.query("update orders set placed_at = placed_at - interval '30 hours' where id = $1", [order?.id])

    const office = await session.admitted('doctor')
    await office.goto(`${session.base}/alerts`)
    await office.getByText('1 order waits for your signature · 1 is overdue').waitFor()
    await office.getByRole('link', { name: 'Sign', exact: true }).click()
    await office.getByRole('row', { name: /Overdue/ }).getByRole('button', { name: 'Sign', exact: true }).click()
    await office.getByText('Nothing to sign').waitFor()
    expect(await findings(office)).toEqual([])
    await office.context().close()
  })
})

describe('a critical result', () => {
  it('is told to somebody chosen; one of an order that was never true is withdrawn, seen, and what was late is listed', async () => {
    const critical = async () => {
      const { order, result } = await bench.entered('K', '7.4')
      await bench.lab.verify({ params: { id: result.id }, body: { isHoldAccepted: true } })
      return order
    }
    const first = await critical()
    await session.hospital.query("update alerts set raised_at = raised_at - interval '40 minutes' where patient_id = $1", [first.patientId])
    const lab = await session.admitted('lab-technician')
    await lab.goto(`${session.base}/alerts?whose=all`)
    await lab.getByRole('row', { name: /Potassium/ }).click()
    const sheet = lab.getByRole('dialog')
    await sheet.getByRole('combobox', { name: 'Person' }).click()
    await lab.getByRole('option', { name: /Anand Menon/ }).click()
    await sheet.getByLabel('Telephone number').fill('2214')
    expect(await sheet.getByRole('button', { name: 'I know' }).isDisabled()).toBe(true)
    await sheet.getByLabel('Read back').fill('Seven point four')
    await sheet.getByRole('button', { name: 'I know' }).click()
    await sheet.waitFor({ state: 'detached' })
    await lab.goto(`${session.base}/alerts?view=limits`)
    await lab.getByRole('table').first().getByRole('row', { name: /Potassium/ }).waitFor()
    await lab.getByRole('row', { name: /40 minutes/ }).last().waitFor()
    expect(await findings(lab)).toEqual([])
    await lab.context().close()

    const second = await critical()
    await (await session.hospital.as(orders, 'admin')).orderInError({ params: { id: second.id }, body: { reason: 'Wrong patient' } })
    const office = await session.admitted('doctor')
    await office.goto(`${session.base}/alerts`)
    await office.getByText('Withdrawn: entered in error').waitFor()
    await office.getByText(/Wrong patient/).first().waitFor()
    await office.getByRole('button', { name: 'Seen', exact: true }).click()
    await office.getByText('Withdrawn: entered in error').waitFor({ state: 'detached' })
    await office.context().close()
  })
})
