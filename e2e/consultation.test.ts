import { beforeAll, describe, expect, it } from 'vitest'
import { encounters } from '#contract/encounters.ts'
import { patients } from '#contract/patients.ts'
import { scheduling } from '#contract/scheduling.ts'
import { type BrowserSession, startSession, takeFirst } from './session.ts'

let session: BrowserSession
beforeAll(async () => {
  session = await startSession({ withCare: true })
})

async function openVisit(givenName: string): Promise<string> {
  const { hospital } = session
  const patient = (await (await hospital.as(patients, 'receptionist')).register({ body: { givenName, familyName: 'Pillai', sex: 'male', ageYears: 61 } })).body
  return (await (await hospital.as(encounters, 'receptionist')).open({ body: { patientId: patient.id, facilityId: hospital.facilityId, class: 'outpatient', practitionerId: hospital.userId('doctor') } })).body.id
}

describe('a consultation', () => {
  it('goes from the call to the closed visit on one screen', async () => {
    const id = await openVisit('Madhavan')
    const page = await session.admitted('doctor')
    await page.goto(`${session.base}/encounters/${id}`)
    await page.getByRole('button', { name: 'Start consultation' }).click()
    await page.getByLabel('Systolic', { exact: true }).fill('142')
    await page.getByLabel('Diastolic', { exact: true }).fill('88')
    await page.getByLabel('Weight', { exact: true }).fill('71,5')
    await page.getByRole('button', { name: 'Record', exact: true }).click()
    await page.getByText('142/88 mmHg').first().waitFor()
    await page.getByRole('button', { name: 'a diagnosis' }).waitFor()
    await page.getByRole('button', { name: 'Close visit' }).click()
    await page.getByText('The visit still lacks something').first().waitFor()
    await page.getByRole('textbox', { name: 'Note', exact: true }).fill('Headache for two days, no fever.')
    await page.getByText('Saved', { exact: true }).first().waitFor()
    await page.getByRole('textbox', { name: 'Diagnosis', exact: true }).fill('Essential hypertension')
    await page.getByLabel('Code', { exact: true }).fill('I10')
    await page.getByRole('button', { name: 'Add diagnosis' }).click()
    await page.getByText('Provisional · I10').waitFor()
    await page.getByRole('button', { name: 'Sign note' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Sign note' }).click()
    await page.getByText('Signed', { exact: true }).first().waitFor()
    await page.getByRole('button', { name: 'Close visit' }).click()
    await page.getByText('Closed', { exact: true }).first().waitFor()
    expect(await session.hospital.query('select state from encounters where id = $1', [id])).toEqual([{ state: 'closed' }])
    expect(await session.hospital.query('select state, text from notes where encounter_id = $1', [id])).toEqual([{ state: 'signed', text: 'Headache for two days, no fever.' }])
    expect(await session.hospital.query("select value_number::float as value from observations where encounter_id = $1 and code = '29463-7'", [id])).toEqual([{ value: 71.5 }])
    await page.context().close()
  })

  it('refuses what cannot be at its field', async () => {
    const id = await openVisit('Ittoop')
    const page = await session.admitted('nurse')
    await page.goto(`${session.base}/encounters/${id}`)
    await page.getByLabel('Systolic', { exact: true }).fill('400')
    await page.getByLabel('Diastolic', { exact: true }).fill('20')
    await page.getByRole('button', { name: 'Record', exact: true }).click()
    await page.getByText('This value cannot be right').first().waitFor()
    expect(await session.hospital.query('select 1 from observations where encounter_id = $1', [id])).toEqual([])
    await page.context().close()
  })
})

describe('a booked visit', () => {
  it('is checked in at the desk, called from the queue, and ends with a signed note and prescription', async () => {
    const { hospital } = session
    const patient = (await (await hospital.as(patients, 'receptionist')).register({ body: { givenName: 'Thankam', familyName: 'Menon', sex: 'female', ageYears: 52 } })).body
    const desk = await hospital.as(scheduling, 'receptionist')
    const from = new Date(Date.now() + 86_400_000).toISOString()
    const [slot] = (await desk.listSlots({ query: { practitionerId: hospital.userId('doctor'), facilityId: hospital.facilityId, from, to: new Date(Date.now() + 8 * 86_400_000).toISOString() } })).body.items
    const booked = await desk.book({ body: { patientId: patient.id, practitionerId: hospital.userId('doctor'), facilityId: hospital.facilityId, startsAt: slot?.startsAt ?? '', visitType: 'new-consultation' } })
    const reception = await session.admitted('receptionist')
    await reception.goto(`${session.base}/appointments/${booked.body.id}`)
    await reception.getByRole('button', { name: 'Check in' }).click()
    await reception.getByText('Waiting', { exact: true }).first().waitFor()
    await reception.context().close()
    const page = await session.admitted('doctor')
    await page.goto(`${session.base}/queue`)
    await page.getByRole('listitem').filter({ hasText: 'Thankam Menon' }).getByRole('button', { name: 'Call in' }).click()
    await page.waitForURL(/\/encounters\/[0-9a-f-]{36}$/)
    await page.getByRole('textbox', { name: 'Note', exact: true }).fill('Knee pain on stairs.')
    await page.getByRole('button', { name: 'Sign note' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Sign note' }).click()
    await page.getByText('Signed', { exact: true }).first().waitFor()
    await page.getByRole('textbox', { name: 'Diagnosis', exact: true }).fill('Osteoarthritis of knee')
    await page.getByRole('button', { name: 'Add diagnosis' }).click()
    await page.getByRole('button', { name: 'Write a prescription' }).click()
    await page.getByLabel('Add a medicine').fill('parac')
    await takeFirst(page, /parac/i)
    await page.getByRole('combobox', { name: 'How often' }).fill('1-0-1')
    await page.getByRole('button', { name: 'Finalise and sign' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Finalise and sign' }).click()
    await page.getByText('Finalised', { exact: true }).first().waitFor()
    await page.getByRole('button', { name: 'Close visit' }).click()
    await page.getByText('Closed', { exact: true }).first().waitFor()
    expect(await hospital.query("select e.state, n.state as note, p.state as prescription from encounters e join notes n on n.encounter_id = e.id join prescriptions p on p.encounter_id = e.id where e.patient_id = $1", [patient.id])).toEqual([{ state: 'closed', note: 'signed', prescription: 'finalized' }])
    await page.context().close()
  })
})

describe('a stale tab', () => {
  it('shows both versions of the note and loses neither', async () => {
    const id = await openVisit('Kunjali')
    const first = await session.admitted('doctor')
    // Told of the change by its line, it would take it over as long as nothing is typed: a stale tab heard nothing.
    await first.routeWebSocket(/socket\.io/, () => {})
    await first.goto(`${session.base}/encounters/${id}`)
    const note = (page: typeof first) => page.getByRole('textbox', { name: 'Note', exact: true })
    await note(first).fill('First words.')
    await first.getByText('Saved', { exact: true }).first().waitFor()
    const second = await first.context().newPage()
    await second.goto(`${session.base}/encounters/${id}`)
    await expect.poll(() => note(second).inputValue()).toBe('First words.')
    await note(second).fill('From the second tab.')
    await second.getByText('Saved', { exact: true }).first().waitFor()
    await expect.poll(() => session.hospital.query('select text from notes where encounter_id = $1', [id])).toEqual([{ text: 'From the second tab.' }])
    await note(first).fill('From the first tab.')
    await first.getByText('This note was changed elsewhere meanwhile').waitFor()
    await first.getByText('From the second tab.').first().waitFor()
    expect(await session.hospital.query('select text from notes where encounter_id = $1', [id])).toEqual([{ text: 'From the second tab.' }])
    await first.getByRole('button', { name: 'Keep mine' }).click()
    await expect.poll(() => session.hospital.query('select text from notes where encounter_id = $1', [id])).toEqual([{ text: 'From the first tab.' }])
    await first.context().close()
  })

  it('keeps what was typed the moment before leaving the page', async () => {
    const id = await openVisit('Pathumma')
    const page = await session.admitted('doctor')
    await page.goto(`${session.base}/encounters/${id}`)
    await page.getByRole('textbox', { name: 'Note', exact: true }).fill('Half a sentence')
    await page.getByRole('main').getByRole('link', { name: 'Visits' }).click()
    await expect.poll(() => session.hospital.query('select text from notes where encounter_id = $1', [id])).toEqual([{ text: 'Half a sentence' }])
    await page.goBack()
    await expect.poll(() => page.getByRole('textbox', { name: 'Note', exact: true }).inputValue()).toBe('Half a sentence')
    await page.context().close()
  })
})
