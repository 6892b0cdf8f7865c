import { describe, expect, it } from 'vitest'
import { statementHook } from '#kernel/db.ts'
import { oru } from './testing/analyser.ts'
import { benchLines } from './testing/bench-lines.ts'

const lines = benchLines()
const submit = (content: string) => lines.lab.submitMessage({ body: { instrumentId: lines.ids.hl7, content } })

describe('a row of the bin', () => {
  it('finds what it may be by tube, test or patient, of all that waits; the likeliest first', async () => {
    const patientId = await lines.bench.person({ givenName: 'Chandrika' })
    const mine = await lines.tube(['K', 'NA'], { patientId })
    for (let index = 0; index < 3; index += 1) await lines.tube(['CREAT'])
    await submit(oru(mine.number, ['KALIUM|4.4|mmol/L'], { controlId: 'S1' }))
    const [row] = await lines.binned()
    const found = async (search?: string) => (await lines.lab.findCandidates({ params: { id: row?.id ?? '' }, body: search === undefined ? {} : { text: search } })).body.items
    expect((await found()).slice(0, 2).map((one) => one.specimenNumber)).toEqual([mine.number, mine.number])
    expect(await found()).toHaveLength(5)
    expect((await found('chandrika')).map((one) => [one.code, one.patientMrn]).toSorted()).toEqual([['K', mine.mrn], ['NA', mine.mrn]])
    expect((await found(mine.mrn)).length).toBe(2)
    expect((await found(mine.number.toLowerCase())).length).toBe(2)
    expect((await found('Creatin')).map((one) => one.code)).toEqual(['CREAT', 'CREAT', 'CREAT'])
    expect(await found('%')).toEqual([])
    let statements = 0
    statementHook.onStatement = () => void (statements += 1)
    await found('Creatin')
    delete statementHook.onStatement
    expect(statements).toBeLessThan(12)
    const kalium = (await found('Potassium')).find((one) => one.specimenNumber === mine.number)
    expect((await lines.lab.match({ params: { id: row?.id ?? '' }, body: { resultId: kalium?.resultId ?? '' } })).body.state).toBe('matched')
  })

  it('tells the driver a code; what waits under it is taken again', async () => {
    const [one, two] = [await lines.tube(['CREAT']), await lines.tube(['CREAT'])]
    await submit(oru(one.number, ['KREA|88.4|'], { controlId: 'M1' }))
    await submit(oru(two.number, ['KREA|176.8|', 'NOPE|1|'], { controlId: 'M2' }))
    const row = (await lines.binned()).find((binned) => binned.code === 'KREA')
    const creatinine = lines.tests.get('CREAT') ?? ''
    const map = { params: { id: row?.id ?? '' }, body: { testId: creatinine, unit: 'umol/L' } }
    expect((await lines.lab.mapCode(map)).status).toBe(403)
    expect((await lines.admin.mapCode({ ...map, body: { testId: creatinine, unit: 'furlong' } })).status).toBe(422)
    const mapped = (await lines.admin.mapCode(map)).body
    expect([mapped.taken, mapped.unmatched]).toEqual([2, 1])
    expect(mapped.instrument.codes).toContainEqual({ code: 'KREA', testId: creatinine, unit: 'umol/L', factor: '1' })
    expect([(await one.now())[0]?.value, (await two.now())[0]?.value]).toEqual(['1.00', '2.00'])
    expect((await lines.binned()).map((binned) => binned.code)).toEqual(['NOPE'])
    expect((await lines.admin.mapCode({ params: { id: (await lines.binned())[0]?.id ?? '' }, body: { testId: creatinine } })).body.instrument.codes.some((code) => code.code === 'NOPE')).toBe(true)
    const stays = (await lines.binned()).find((binned) => binned.code === 'NOPE')
    expect((await lines.admin.mapCode({ params: { id: stays?.id ?? '' }, body: { testId: creatinine } })).problem.code).toBe('instruments.code_twice')
  })

  it('with a value that may be read in two ways waits, and the line goes on', async () => {
    const mine = await lines.tube(['K'])
    expect((await submit(oru(mine.number, ['K|4,100|mmol/L'], { controlId: 'V1' }))).body.unmatched).toBe(1)
    expect([(await mine.now())[0]?.state, (await lines.binned())[0]?.reason]).toEqual(['pending', 'ambiguous-number'])
  })
})
