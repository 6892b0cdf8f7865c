import { beforeAll, describe, expect, it } from 'vitest'
import { billing } from '#contract/billing.ts'
import { encounters } from '#contract/encounters.ts'
import { laboratory } from '#contract/laboratory.ts'
import { type Bench, openBench } from '../server/src/modules/laboratory/testing/bench.ts'
import { type BrowserSession, startSession } from './session.ts'
import { sweep, sweepMilliseconds } from './sweep.ts'

let session: BrowserSession
let bench: Bench
beforeAll(async () => {
  session = await startSession({ withCare: true })
  bench = await openBench(session.hospital)
})

async function onWard(ward: string, bed: string, givenName: string) {
  const patientId = await bench.person({ givenName })
  const encounterId = (await (await session.hospital.as(encounters, 'receptionist')).open({ body: { patientId, facilityId: session.hospital.facilityId, class: 'inpatient', practitionerId: session.hospital.userId('doctor') } })).body.id
  const [tube] = await bench.tubesOf((await bench.order(['K'], { patientId, encounterId })).id)
  await (await session.hospital.as(laboratory, 'nurse')).planCollection({ body: { ids: [tube?.id ?? ''], ward, bed } })
  return { id: tube?.id ?? '', number: tube?.number ?? '' }
}

const look = async (page: Awaited<ReturnType<BrowserSession['admitted']>>, name: string) => {
  const folder = process.env['SHOTS']
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true })
}

describe('a round of the ward', () => {
  it('goes by beds, is assigned, and what is refused stays with its reason', async () => {
    await onWard('Ganga', '10', 'Tenth')
    await onWard('Ganga', '2', 'Second')
    const page = await session.admitted('nurse')
    await page.goto(`${session.base}/laboratory/collection?place=ward&ward=Ganga`)
    const stops = page.getByRole('listitem').filter({ hasText: 'Ganga' })
    await expect.poll(() => stops.count()).toBe(2)
    expect(await stops.first().textContent()).toContain('Second')
    await page.getByRole('checkbox', { name: /2 patients, 2 tubes/ }).check()
    await page.getByRole('button', { name: 'Plan or assign the chosen' }).click()
    const drawer = page.getByRole('dialog')
    await drawer.getByRole('combobox', { name: 'Collector' }).click()
    await page.getByRole('option', { name: /Anand Menon/ }).click()
    await look(page, 'plan')
    await drawer.getByRole('button', { name: 'Save' }).click()
    await expect.poll(() => stops.filter({ hasText: 'Anand Menon' }).count()).toBe(2)
    await stops.first().getByRole('button', { name: 'Not collected' }).click()
    await drawer.getByRole('combobox', { name: 'Reason' }).click()
    await page.getByRole('option', { name: 'Refused' }).click()
    await drawer.getByRole('textbox', { name: 'Note' }).fill('afraid of needles')
    await drawer.getByRole('button', { name: 'Not collected' }).click()
    await stops.first().getByText('Tried once · Refused: afraid of needles').waitFor()
    await look(page, 'collection')
    await page.setViewportSize({ width: 390, height: 844 })
    await look(page, 'collection-390')
    await page.setViewportSize({ width: 1440, height: 900 })
    await stops.first().getByRole('button', { name: 'Collected', exact: true }).click()
    await expect.poll(() => stops.count()).toBe(1)
    await page.context().close()
  })
})

describe('tubes scanned one after the other', () => {
  it('are received by the keyboard alone; what is not says why; the last one is taken back', async () => {
    const tubes = await Promise.all(['31', '32', '33'].map((bed) => onWard('Kaveri', bed, `Scan${bed}`)))
    const nurse = await session.hospital.as(laboratory, 'nurse')
    for (const tube of tubes.slice(0, 2)) await nurse.collect({ params: { id: tube.id }, body: {} })
    const page = await session.admitted('lab-technician')
    await page.goto(`${session.base}/laboratory/receive`)
    const field = page.getByRole('textbox', { name: 'Scan or type a specimen number' })
    await field.waitFor()
    for (const number of [tubes[0]?.number, tubes[1]?.number, tubes[0]?.number, tubes[2]?.number, 'NOSUCH1']) {
      await page.keyboard.type(number ?? '')
      await page.keyboard.press('Enter')
    }
    const said = page.getByRole('status')
    await said.getByText('Unknown number').waitFor()
    await page.getByText('2 received, 3 not').waitFor()
    for (const words of ['Already received', 'Not marked as collected']) expect(await page.getByRole('row').filter({ hasText: words }).count()).toBe(1)
    await look(page, 'receive')
    await page.setViewportSize({ width: 390, height: 844 })
    await look(page, 'receive-390')
    await nurse.collect({ params: { id: tubes[2]?.id ?? '' }, body: {} })
    await page.keyboard.type(tubes[2]?.number ?? '')
    await page.keyboard.press('Enter')
    await page.getByText('3 received, 3 not').waitFor()
    await page.keyboard.press('Control+z')
    await page.getByText('2 received, 3 not').waitFor()
    expect((await bench.lab.readSpecimen({ params: { id: tubes[2]?.id ?? '' } })).body.state).toBe('collected')
    await page.context().close()
  })
})

describe('a prescription from outside', () => {
  it('becomes a paid order with its tube on one page, for somebody who is new', async () => {
    const service = (await (await session.hospital.as(billing, 'admin')).createService({ body: { code: 'LAB-CA', name: 'Calcium', price: { amount: '220.00', currency: 'INR' } } })).body
    const test = (await bench.admin.listTests({ query: { search: 'CA' } })).body.items.find((one) => one.code === 'CA')
    await bench.admin.updateTest({ params: { id: test?.id ?? '' }, ifMatch: test?.version ?? 0, body: { serviceId: service.id } })
    const page = await session.admitted('admin')
    await page.goto(`${session.base}/laboratory/walk-in`)
    await page.getByRole('button', { name: 'New here: register' }).click()
    await page.getByRole('textbox', { name: 'Given name' }).fill('Walkin')
    await page.getByRole('textbox', { name: 'Family name' }).fill('Outside')
    await page.getByRole('combobox', { name: 'Sex' }).click()
    await page.getByRole('option', { name: 'Female', exact: true }).click()
    await page.getByRole('textbox', { name: 'Age in years' }).fill('52')
    await page.getByRole('button', { name: 'New here: register' }).click()
    await page.getByRole('textbox', { name: 'Prescribing doctor' }).fill('Dr Asha Menon')
    await page.getByRole('combobox', { name: 'Tests' }).fill('calcium')
    await page.getByRole('option', { name: /^Calcium.* · CA$/ }).click()
    await page.getByText('220.00').first().waitFor()
    await look(page, 'walk-in')
    await page.setViewportSize({ width: 390, height: 844 })
    await look(page, 'walk-in-390')
    await page.getByRole('button', { name: 'Order the tests' }).click()
    await page.getByRole('button', { name: 'Bill and take the payment' }).click()
    await page.getByText(/Paid: bill/).waitFor()
    await page.getByRole('button', { name: 'All collected now' }).click()
    await expect.poll(() => page.getByRole('button', { name: 'All collected now' }).isDisabled()).toBe(true)
    await look(page, 'walk-in-done')
    await page.context().close()
  })
})

describe('the pages', () => {
  it('are drawn without faults on a telephone and a screen, dark, and from the right', async () => {
    const views = [{ width: 390 }, { width: 1440 }, { width: 820, colorScheme: 'dark' as const }, { width: 820, locale: 'ar' }]
    expect(await sweep(session, 'admin', ['/laboratory/collection', '/laboratory/receive', '/laboratory/walk-in', '/laboratory/results'], views)).toEqual([])
  }, sweepMilliseconds)
})
