import { BinaryBitmap, DecodeHintType, HybridBinarizer, QRCodeReader, RGBLuminanceSource } from '@zxing/library'
import { extractImages, extractText, getDocumentProxy } from 'unpdf'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alerts } from '#contract/alerts.ts'
import { instruments } from '#contract/instruments.ts'
import { laboratory } from '#contract/laboratory.ts'
import { freePort } from '#kernel/embedded-postgres.ts'
import { type Listeners, startListeners } from '../server/src/modules/instruments/index.ts'
import { mllpAnalyser, oru } from '../server/src/modules/instruments/testing/analyser.ts'
import { type Bench, openBench } from '../server/src/modules/laboratory/testing/bench.ts'
import { type BrowserSession, startSession, takeFirst } from './session.ts'

let session: BrowserSession
let bench: Bench
let listeners: Listeners
let port = 0
beforeAll(async () => {
  session = await startSession({ withCare: true })
  bench = await openBench(session.hospital)
  const tests = new Map((await bench.admin.listTests({ query: { limit: 200 } })).body.items.map((test) => [test.code, test.id]))
  port = await freePort()
  await (await session.hospital.as(instruments, 'admin')).createInstrument({ body: { name: 'Chemistry analyser', protocol: 'hl7', facilityId: session.hospital.facilityId, listenPort: port, codes: ['K', 'NA', 'CREAT'].map((code) => ({ code, testId: tests.get(code) ?? '' })) } })
  listeners = await startListeners('127.0.0.1')
})
afterAll(() => listeners.stop())

async function payAtTheDesk(patientId: string, visitId: string): Promise<void> {
  const desk = await session.admitted('cashier')
  await desk.goto(`${session.base}/billing?patientId=${patientId}&encounterId=${visitId}`)
  await desk.getByText('Potassium', { exact: true }).first().waitFor()
  await desk.getByRole('button', { name: /^Bill (this charge|these \d+ charges)$/ }).click()
  await desk.getByRole('button', { name: 'Issue', exact: true }).click()
  await desk.getByRole('dialog').getByRole('button', { name: 'Issue', exact: true }).click()
  await desk.getByRole('button', { name: 'Take payment' }).click()
  await desk.getByText('Paid', { exact: true }).first().waitFor()
  await desk.context().close()
}

// A reader finds a code by the white around it; on paper that is the page.
const quiet = 32

/** What the code on the paper says, read from its picture as a telephone reads it. */
async function qrOf(pdf: Uint8Array): Promise<string> {
  const pages = await getDocumentProxy(new Uint8Array(pdf))
  const pictures = await extractImages(pages, pages.numPages)
  const read = pictures.flatMap(({ data, width, height, channels }) => {
    const across = width + 2 * quiet
    const down = height + 2 * quiet
    const grey = new Uint8ClampedArray(across * down).fill(255)
    for (let at = 0; at < width * height; at += 1) {
      const opacity = channels === 4 ? (data[at * 4 + 3] ?? 255) / 255 : 1
      grey[(Math.floor(at / width) + quiet) * across + (at % width) + quiet] = 255 - opacity * (255 - (data[at * channels] ?? 255))
    }
    // The reader misses the corners of one code in some, unless it knows that it stands straight.
    for (const hints of [new Map(), new Map([[DecodeHintType.PURE_BARCODE, true]])]) {
      try {
        return [new QRCodeReader().decode(new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(grey, across, down))), hints).getText()]
      } catch {
        continue
      }
    }
    return []
  })
  expect(read).toHaveLength(1)
  return read[0] ?? ''
}

describe('the laboratory', () => {
  it('from the order over the analyser and the critical call-back to the printed report', async () => {
    const patientId = await bench.person({ givenName: 'Kunjamma' })
    const visitId = await bench.visit(patientId)
    const office = await session.admitted('doctor')
    await office.goto(`${session.base}/encounters/${visitId}`)
    await office.getByRole('button', { name: 'Order', exact: true }).click()
    await office.getByRole('textbox', { name: 'Laboratory test' }).fill('potass')
    await takeFirst(office, /Potassium/)
    await office.getByText('At once', { exact: true }).click()
    await office.getByRole('button', { name: 'Order 1 item' }).click()
    await office.getByText('Active', { exact: true }).waitFor()

    const [order] = (await bench.doctor.listOrders({ query: { encounterId: visitId } })).body.items
    const [tube] = await bench.tubesOf(order?.id ?? '')
    const room = await session.admitted('lab-technician')
    const waiting = room.getByRole('row').filter({ hasText: tube?.number ?? '' })
    await room.goto(`${session.base}/laboratory/specimens?state=requested`)
    await waiting.getByText('Not paid', { exact: true }).waitFor()
    await payAtTheDesk(patientId, visitId)
    await room.reload()
    await waiting.getByText('Paid', { exact: true }).waitFor()
    await room.goto(`${session.base}/laboratory/specimens/${tube?.id}`)
    const [label] = await Promise.all([room.waitForResponse((response) => response.url().includes('/specimens/labels')), room.getByRole('button', { name: 'Label', exact: true }).click()])
    expect([label.status(), label.headers()['content-type']]).toEqual([200, 'application/pdf'])
    await room.getByRole('button', { name: 'Collected', exact: true }).click()
    await room.getByRole('button', { name: 'Received', exact: true }).click()
    await room.getByText('Waits', { exact: true }).waitFor()

    const analyser = await mllpAnalyser(port)
    expect(await analyser.send(oru(tube?.number ?? '', ['K|7.2|mmol/L'], { controlId: 'E2E-1' }))).toContain('MSA|AA|E2E-1')
    analyser.end()
    await room.reload()
    await room.getByText('critically high').waitFor()
    await room.getByRole('button', { name: 'Verify 1 result' }).click()
    await room.getByRole('button', { name: 'Release 1 result' }).waitFor()

    await office.goto(`${session.base}/alerts`)
    await office.getByText('Critical: Potassium 7.2 mmol/L').click()
    await office.getByLabel('Read back').fill('Potassium seven point two')
    await office.getByRole('button', { name: 'I know' }).click()
    await office.getByText('Acknowledged', { exact: true }).last().waitFor()
    await office.getByRole('dialog').waitFor({ state: 'detached' })
    const [alert] = (await (await session.hospital.as(alerts, 'doctor')).listAlerts({ query: { patientId, kind: 'critical-result' } })).body.items
    expect(alert).toMatchObject({ state: 'acknowledged', readBack: 'Potassium seven point two' })

    await room.getByRole('button', { name: 'Release 1 result' }).click()
    await room.getByText('Released', { exact: true }).first().waitFor()
    await office.goto(`${session.base}/encounters/${visitId}`)
    await office.getByRole('link', { name: 'Potassium' }).waitFor()
    const [paper] = await Promise.all([office.waitForResponse((response) => response.url().includes('/lab-reports/') && response.url().includes('/pdf')), office.getByRole('button', { name: 'Print report' }).click()])
    const bytes = await (await office.request.get(paper.url())).body()
    const { text } = await extractText(await getDocumentProxy(new Uint8Array(bytes)), { mergePages: true })
    expect(text).toContain('Potassium')
    expect(text).toContain('7.2')
    expect(text).toContain('HH')
    expect(text).toContain('3.5 – 5')
    // Whoever holds the paper has no account: a page of its own, signed in to nothing.
    const reader = await (await session.browser.newContext()).newPage()
    // The hospital of a test listens elsewhere than the address its papers name.
    const { pathname } = new URL(await qrOf(bytes))
    expect(pathname).toMatch(/^\/api\/v1\/lab-reports\/check\/.+\/page$/)
    await reader.goto(session.base + pathname)
    await reader.getByRole('heading', { name: 'This report is genuine' }).waitFor()
    const [issued] = (await bench.lab.listReports({ query: { orderId: order?.id ?? '' } })).body.items
    await reader.getByText(issued?.number ?? '-', { exact: true }).waitFor()
    expect(await reader.content()).not.toContain('Kunjamma')
    await reader.context().close()
    await office.context().close()
    await room.context().close()
  })

  it('a haemolysed tube is rejected and taken again', async () => {
    const { order, tubes } = await bench.received(['K'])
    const page = await session.admitted('lab-technician')
    await page.goto(`${session.base}/laboratory/specimens/${tubes[0]?.id}`)
    await page.getByRole('button', { name: 'Reject', exact: true }).click()
    await page.getByRole('dialog').getByRole('combobox', { name: 'Reason' }).click()
    await page.getByRole('option', { name: 'Haemolysed', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Reject', exact: true }).click()
    await page.getByText('Rejected', { exact: true }).first().waitFor()
    expect((await bench.tubesOf(order.id)).map((tube) => tube.state).toSorted()).toEqual(['rejected', 'requested'])
    await page.context().close()
  })

  it('an amended report reaches who read the first one', async () => {
    const { order, result } = await bench.released('CA', '9.3')
    await (await session.hospital.as(laboratory, 'nurse')).readResult({ params: { id: result.id } })
    const page = await session.admitted('lab-technician')
    await page.goto(`${session.base}/laboratory/results/${result.id}`)
    await page.getByRole('button', { name: 'Amend', exact: true }).click()
    await page.getByRole('textbox', { name: 'Result' }).fill('8.0')
    await page.getByRole('textbox', { name: 'Reason' }).fill('wrong tube')
    await page.getByRole('region', { name: 'Amend' }).getByRole('button', { name: 'Amend', exact: true }).click()
    await page.getByText('2 · Corrected').waitFor()
    const ward = await session.admitted('nurse')
    await ward.goto(`${session.base}/alerts`)
    await ward.getByText('Changed: Calcium is 8.0 mg/dL, was 9.3 mg/dL').waitFor()
    expect((await bench.lab.listReports({ query: { orderId: order.id } })).body.items[0]).toMatchObject({ status: 'corrected', version: 2 })
    await page.context().close()
    await ward.context().close()
  })

  it('a culture grows, is tested against antibiotics, and its report hides the second tier', async () => {
    const { tubes, results } = await bench.received(['URCUL'])
    const page = await session.admitted('lab-technician')
    await page.goto(`${session.base}/laboratory/specimens/${tubes[0]?.id}`)
    await page.getByRole('button', { name: 'Add an isolate' }).click()
    await page.getByRole('combobox', { name: 'Organism' }).fill('Escherichia coli')
    await page.keyboard.press('Escape')
    await page.getByRole('radiogroup', { name: 'Nitrofurantoin' }).getByText('S', { exact: true }).click()
    await page.getByRole('radiogroup', { name: 'Ciprofloxacin' }).getByText('R', { exact: true }).click()
    await page.getByRole('radiogroup', { name: 'Meropenem' }).getByText('S', { exact: true }).click()
    await page.getByRole('region', { name: 'Urine culture' }).getByRole('button', { name: 'Keep results' }).click()
    await page.getByText('Escherichia coli', { exact: true }).first().waitFor()
    await page.getByRole('button', { name: 'Verify 1 result' }).click()
    await page.getByRole('button', { name: 'Release 1 result' }).click()
    await page.getByText('Released', { exact: true }).first().waitFor()
    const [report] = (await bench.lab.listReports({ query: { orderId: results[0]?.orderId ?? '' } })).body.items
    const bytes = await (await page.request.get(`${session.base}/api/v1/lab-reports/${report?.id}/pdf`)).body()
    const { text } = await extractText(await getDocumentProxy(new Uint8Array(bytes)), { mergePages: true })
    expect(text).toContain('Escherichia coli')
    expect(text).toContain('Nitrofurantoin')
    expect(text).not.toContain('Meropenem')
    await page.context().close()
  })

  it('a failed control run blocks the release of its test until one is accepted', async () => {
    const { result } = await bench.entered('K', '4.1')
    await bench.lab.verify({ params: { id: result.id }, body: { isHoldAccepted: true } })
    const page = await session.admitted('lab-technician')
    await page.goto(`${session.base}/laboratory/quality`)
    await page.getByRole('textbox', { name: 'low', exact: true }).fill('3.6')
    await page.getByRole('textbox', { name: 'high', exact: true }).fill('6.9')
    await page.getByRole('button', { name: 'Record a run' }).click()
    await page.getByText('Not released until each of these levels was measured again and accepted').waitFor()
    await page.goto(`${session.base}/laboratory/results/${result.id}`)
    await page.getByRole('button', { name: 'Release', exact: true }).click()
    await page.getByText('A control was rejected: nothing is released until each rejected level was measured again on the same instrument and accepted.').waitFor()
    await page.goto(`${session.base}/laboratory/quality`)
    await page.getByRole('textbox', { name: 'low', exact: true }).fill('3.0')
    await page.getByRole('textbox', { name: 'high', exact: true }).fill('6.0')
    await page.getByRole('button', { name: 'Record a run' }).click()
    await page.getByText('Not released until each of these levels was measured again and accepted').waitFor({ state: 'detached' })
    await page.goto(`${session.base}/laboratory/results/${result.id}`)
    await page.getByRole('button', { name: 'Release', exact: true }).click()
    await page.getByText('Released', { exact: true }).first().waitFor()
    expect((await bench.lab.readResult({ params: { id: result.id } })).body.state).toBe('released')
    await page.context().close()
  })

  it('a range that holds for the same people is shown before it is refused', async () => {
    const desk = await session.admitted('admin')
    const [test] = (await bench.admin.listTests({ query: { search: 'Lipase' } })).body.items
    await desk.goto(`${session.base}/laboratory/tests/${test?.id}`)
    await desk.getByRole('button', { name: 'Edit', exact: true }).click()
    await desk.getByRole('button', { name: 'Add a range' }).click()
    await desk.getByText('Ranges 1 and 2 hold for the same people.').waitFor()
    await desk.getByRole('group', { name: 'Range 2' }).getByLabel('To age, days').fill('6574')
    await desk.getByText('Ranges 1 and 2 hold for the same people.').waitFor({ state: 'detached' })
    await desk.getByRole('group', { name: 'Range 2' }).getByLabel('High', { exact: true }).fill('120')
    await desk.getByRole('button', { name: 'Save', exact: true }).click()
    await desk.getByRole('button', { name: 'Edit', exact: true }).waitFor()
    expect((await bench.admin.readTest({ params: { id: test?.id ?? '' } })).body.ranges).toHaveLength(2)
    await desk.context().close()
  })
})
