import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { instruments } from '#contract/instruments.ts'
import { makeContext } from '#kernel/context.ts'
import { freePort } from '#kernel/embedded-postgres.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { type Bench, openBench } from '../laboratory/testing/bench.ts'
import { framesOf } from './astm-rules.ts'
import { type Listeners, startListeners } from './listeners.ts'
import { frame, mllpDecoder } from './mllp-rules.ts'
import { sendWaiting } from './sending.ts'
import { astmSend, astmText, mllpAnalyser, oru } from './testing/analyser.ts'

let hospital: TestHospital
let bench: Bench
let admin: TestClient<typeof instruments>
let lab: TestClient<typeof instruments>
let listeners: Listeners
const ports = { hl7: 0, astm: 0 }
const ids = { hl7: '', astm: '' }
let serial = 0
const controlId = () => `C${(serial += 1)}`

beforeAll(async () => {
  hospital = await testHospital()
  bench = await openBench(hospital)
  admin = await hospital.as(instruments, 'admin')
  lab = await hospital.as(instruments, 'lab-technician')
  const tests = new Map((await bench.admin.listTests({ query: { limit: 200 } })).body.items.map((test) => [test.code, test.id]))
  const codes = [{ code: 'K', testId: tests.get('K') ?? '' }, { code: 'NA', testId: tests.get('NA') ?? '' }, { code: 'CREA', testId: tests.get('CREAT') ?? '', unit: 'umol/L' }, { code: 'WBC', testId: tests.get('WBC') ?? '' }, { code: 'HB', testId: tests.get('HGB') ?? '', unit: 'g/dL', factor: '0.1' }]
  for (const protocol of ['hl7', 'astm'] as const) {
    ports[protocol] = await freePort()
    ids[protocol] = (await admin.createInstrument({ body: { name: `Analyser ${protocol}`, protocol, facilityId: hospital.facilityId, listenPort: ports[protocol], codes } })).body.id
  }
  listeners = await startListeners('127.0.0.1')
})
afterAll(() => listeners.stop())

const counts = async () => (await hospital.query<{ entered: number; bin: number; messages: number }>("select (select count(*)::int from results where entered_at is not null) as entered, (select count(*)::int from instrument_bin) as bin, (select count(*)::int from instrument_messages where direction = 'in') as messages"))[0]
const msa = (ack: string): string => /MSA\|(\w\w)\|([^\r]*)/.exec(ack)?.slice(1).join(' ') ?? ''
const binned = async () => (await lab.listBin({ query: { state: 'waiting' } })).body.items
const tube = async (codes: string[], about: { patientId?: string } = {}) => {
  const { order, tubes, results } = await bench.received(codes, about)
  return { order, number: tubes[0]?.number ?? '', id: tubes[0]?.id ?? '', results, now: () => bench.resultsOf(order.id) }
}

describe('HL7 over MLLP', () => {
  it('lands at the tube and test it names, and is acknowledged when it is committed', async () => {
    const { number, now } = await tube(['K', 'NA'])
    const analyser = await mllpAnalyser(ports.hl7)
    const ack = await analyser.send(oru(number, ['K|4.1|mmol/L', 'NA|139|mmol/L'], { controlId: 'M1' }))
    expect(msa(ack)).toBe('AA M1')
    expect((await now()).map((row) => [row.code, row.value, row.state]).toSorted()).toEqual([['K', '4.1', 'verified'], ['NA', '139', 'verified']])
    analyser.end()
  })

  it('OUL^R22 as well, in the unit of the driver', async () => {
    const { number, now } = await tube(['CREAT'])
    const analyser = await mllpAnalyser(ports.hl7)
    expect(msa(await analyser.send(oru(number, ['CREA|88.4|'], { controlId: 'M2', trigger: 'OUL^R22^OUL_R22' })))).toBe('AA M2')
    expect((await now())[0]).toMatchObject({ value: '1.00', unit: 'mg/dL', reportedUnit: 'umol/L' })
    analyser.end()
  })

  it('a resend, even with a new time in its header, changes nothing and is answered as before', async () => {
    const { number } = await tube(['K'])
    const analyser = await mllpAnalyser(ports.hl7)
    const message = oru(number, ['K|6.9|mmol/L', 'NOPE|1|'], { controlId: 'M3' })
    const first = await analyser.send(message)
    const before = await counts()
    const again = await analyser.send(message.replace('20261120101500', '20261120101759'))
    expect([again, await counts()]).toEqual([first, before])
    const [one, two, three] = [await mllpAnalyser(ports.hl7), await mllpAnalyser(ports.hl7), await mllpAnalyser(ports.hl7)]
    const fresh = oru(number, ['NOPE|2|'], { controlId: 'M4' })
    const acks = await Promise.all([one, two, three].map((each) => each.send(fresh)))
    expect(new Set(acks).size).toBe(1)
    expect((await counts())?.messages).toBe((before?.messages ?? 0) + 1)
    for (const each of [analyser, one, two, three]) each.end()
  })

  it('what is not certain waits in the bin, and says why', async () => {
    const mine = await tube(['K'])
    const other = await tube(['K'])
    const [patient] = await hospital.query<{ mrn: string }>('select mrn from patients where id = $1', [other.order.patientId])
    const collected = await bench.order(['K'])
    const [notYet] = await bench.tubesOf(collected.id)
    await bench.lab.collect({ params: { id: notYet?.id ?? '' }, body: {} })
    const cases: [string, string][] = [
      [oru('GH1S9999999', ['K|4|'], { controlId: controlId() }), 'unknown-specimen'], [oru('', ['K|4|'], { controlId: controlId() }), 'no-specimen'], [oru(mine.number, ['XYZ|4|'], { controlId: controlId() }), 'unknown-code'], [oru(mine.number, ['NA|140|'], { controlId: controlId() }), 'not-ordered'],
      [oru(mine.number, ['K|4|'], { controlId: controlId(), mrn: patient?.mrn ?? '' }), 'other-patient'], [oru(`${mine.number}^${other.number}`, ['K|4|'], { controlId: controlId() }), 'more-than-one-specimen'], [oru(notYet?.number ?? '', ['K|4|'], { controlId: controlId() }), 'specimen-not-received'], [oru(mine.number, ['K|4|mm[Hg]'], { controlId: controlId() }), 'unit'],
    ]
    const analyser = await mllpAnalyser(ports.hl7)
    for (const [message, reason] of cases) {
      expect(msa(await analyser.send(message)).startsWith('AA')).toBe(true)
      expect((await binned())[0]?.reason).toBe(reason)
    }
    expect((await mine.now())[0]?.state).toBe('pending')
    expect(msa(await analyser.send(oru(mine.number, ['K|4.0|', 'K|5.0|'], { controlId: controlId() }))).startsWith('AA')).toBe(true)
    expect((await binned())[0]?.reason).toBe('reported-twice')
    await bench.lab.release({ params: { id: mine.results[0]?.id ?? '' }, body: {} })
    await analyser.send(oru(mine.number, ['K|9.9|'], { controlId: controlId() }))
    expect((await binned())[0]?.reason).toBe('already-verified')
    expect((await mine.now())[0]?.value).toBe('4.0')
    analyser.end()
  })

  it('a query is answered: there is an order, or none; training and debugging messages are refused and kept', async () => {
    const { number } = await tube(['K'])
    const analyser = await mllpAnalyser(ports.hl7)
    const query = (asked: string, id: string) => `MSH|^~\\&|ANALYSER|LAB|TRIVENI|H|20261120101500||QBP^Q11^QBP_Q11|${id}|P|2.5.1\rQPD|WOS^Work Order Step^IHELAW|Q-${id}|${asked}\rRCP|I||R\r`
    const known = await analyser.send(query(number, 'Q1'))
    expect(known).toContain('|RSP^K11^RSP_K11|')
    expect([msa(known), /QAK\|([^\r]*)/.exec(known)?.[1], known.includes(`QPD|WOS^Work Order Step^IHELAW|Q-Q1|${number}`)]).toEqual(['AA Q1', 'Q-Q1|OK|WOS^Work Order Step^IHELAW', true])
    expect(await analyser.next()).toContain(`|OML^O33^OML_O33|`)
    expect(/QAK\|([^\r]*)/.exec(await analyser.send(query('GH1S9999998', 'Q2')))?.[1]).toBe('Q-Q2|NF|WOS^Work Order Step^IHELAW')
    const before = await counts()
    const training = await analyser.send(oru(number, ['K|4.1|mmol/L'], { controlId: 'T1' }).replace('|T1|P|', '|T1|T|'))
    expect([msa(training), training.includes('202^MSH-11^HL70357')]).toEqual(['AR T1', true])
    expect((await counts())?.entered).toBe(before?.entered)
    analyser.end()
  })

  it('control measurements are a run of their test; what names no lot waits', async () => {
    const k = (await bench.admin.listTests({ query: { search: 'K' } })).body.items.find((test) => test.code === 'K')?.id ?? ''
    for (const [level, mean] of [['low', '3.0'], ['high', '6.0']] as const) await bench.lab.createLot({ body: { facilityId: hospital.facilityId, testId: k, material: 'Chemistry control', lotNumber: 'QC77', level, mean, sd: '0.1', expiresOn: '2099-12-31' } })
    const analyser = await mllpAnalyser(ports.hl7)
    const control = (names: [string, string][], id: string) => [`MSH|^~\\&|ANALYSER|LAB|TRIVENI|H|20261120101500||OUL^R22^OUL_R22|${id}|P|2.5.1`, ...names.flatMap(([name, value], index) => [`SPM|${index + 1}|${name}|||||||||Q`, `OBR|${index + 1}|||K`, `OBX|1|NM|K||${value}|mmol/L|||||F`]), ''].join('\r')
    expect(msa(await analyser.send(control([['QC77-low', '3.02'], ['QC77-high', '6.5']], 'QC1')))).toBe('AA QC1')
    const [run] = (await bench.lab.listRuns({ query: { testId: k } })).body.items
    expect(run).toMatchObject({ instrumentId: ids.hl7, state: 'rejected', broken: ['1-2s', '1-3s'], points: [{ level: 'high', value: '6.5' }, { level: 'low', value: '3.02' }] })
    await analyser.send(control([['QC77-low', '3.0'], ['QC77-high', '6.0']], 'QC2'))
    expect((await bench.lab.listBlocked({ query: { facilityId: hospital.facilityId } })).body.items).toEqual([])
    await analyser.send(control([['QC99', '3.0']], 'QC3'))
    expect((await binned()).find((row) => row.specimenNumber === 'QC99')?.reason).toBe('unknown-control')
    analyser.end()
  })

  it('is told no properly: wrong type, version, delimiters, no control id, no MSH; all of it is kept', async () => {
    const analyser = await mllpAnalyser(ports.hl7)
    const before = await counts()
    const cases: [string, string, string][] = [
      ['MSH|^~\\&|A|B|C|D|2026||ADT^A01^ADT_A01|Z1|P|2.5.1\rPID|1\r', 'AR Z1', '200'], ['MSH|^~\\&|A|B|C|D|2026||ORU^R01|Z2|P|3.0\r', 'AR Z2', '203'], ['MSH|^~\\&|A|B|C|D|2026||ORU^R01||P|2.5.1\r', 'AE ', '101'], ['MSH|^~\\&|A|B|C|D|2026||ORU|Z4|P|2.5.1\r', 'AR Z4', '201'], ['hello', 'AE ', '100'], ['MSHHHHHHHH', 'AE ', '102'], ['', 'AE ', '100'],
    ]
    for (const [message, expected, code] of cases) {
      const ack = await analyser.send(message)
      expect([message, msa(ack), ack.includes(`|${code}^`)]).toEqual([message, expected, true])
    }
    expect((await counts())?.messages).toBe((before?.messages ?? 0) + cases.length)
    expect((await lab.listMessages({ query: { state: 'rejected' } })).body.items.length).toBeGreaterThanOrEqual(cases.length)
    analyser.end()
  })

  it('frames may come split, joined, with noise between, or never end', async () => {
    const { number } = await tube(['K'])
    const analyser = await mllpAnalyser(ports.hl7)
    const one = frame(Buffer.from(oru(number, ['K|4.2|'], { controlId: 'S1' })))
    const two = frame(Buffer.from(oru(number, ['K|4.3|'], { controlId: 'S2' })))
    for (const byte of one) analyser.write(Buffer.of(byte))
    expect(msa(await analyser.next())).toBe('AA S1')
    analyser.write(Buffer.concat([Buffer.from('\r\nnoise'), two, frame(Buffer.from(oru(number, ['K|4.4|'], { controlId: 'S3' })))]))
    expect([msa(await analyser.next()), msa(await analyser.next())]).toEqual(['AA S2', 'AA S3'])
    const before = await counts()
    analyser.write(Buffer.from(`\u000b${oru(number, ['K|9.9|'], { controlId: 'S4' })}`))
    analyser.end()
    await expect.poll(async () => (await counts())?.messages).toBe((before?.messages ?? 0) + 1)
    expect((await lab.listMessages({ query: { limit: 1 } })).body.items[0]).toMatchObject({ state: 'rejected', error: 'no end of frame' })
  })

  it('more than it may hold is refused', async () => {
    const analyser = await mllpAnalyser(ports.hl7)
    analyser.write(Buffer.from('\u000bMSH|^~\\&|'))
    for (let megabyte = 0; megabyte < 7; megabyte += 1) analyser.write(Buffer.alloc(1_000_000, 'x'))
    expect(msa(await analyser.next())).toBe('AR ')
  })

  it('five megabytes are taken', async () => {
    const analyser = await mllpAnalyser(ports.hl7)
    const message = `${oru('GH1S0000000', ['K|4|'], { controlId: 'BIG' })}NTE|1||${'x'.repeat(5_000_000)}\r`
    expect(msa(await analyser.send(message))).toBe('AA BIG')
    analyser.end()
  })

  it('the enhanced mode answers receipt and work as they are asked for', async () => {
    const { number } = await tube(['K'])
    const analyser = await mllpAnalyser(ports.hl7)
    expect(msa(await analyser.send(oru(number, ['K|4.2|'], { controlId: 'E1', modes: 'AL|NE' })))).toBe('CA E1')
    expect(msa(await analyser.send(oru(number, ['K|4.2|'], { controlId: 'E2', modes: 'AL|AL' })))).toBe('CA E2')
    expect(msa(await analyser.next())).toBe('AA E2')
    expect(msa(await analyser.send(oru(number, ['K|4.2|'], { controlId: 'E3', modes: 'NE|AL' })))).toBe('AA E3')
    analyser.write(frame(Buffer.from(oru(number, ['K|4.2|'], { controlId: 'E4', modes: 'NE|NE' }))))
    expect(msa(await analyser.send(oru(number, ['K|4.2|'], { controlId: 'E5' })))).toBe('AA E5')
    analyser.end()
  })

  it('the enhanced mode does not accept what is refused: CR for its header, CE for an error in it, and nothing after', async () => {
    const analyser = await mllpAnalyser(ports.hl7)
    const refused = (type: string, id: string, modes: string, rest = 'P|2.5.1') => `MSH|^~\\&|A|B|C|D|2026||${type}|${id}|${rest}|||${modes}\rPID|1\r`
    const answered: string[] = []
    for (const message of [refused('ADT^A01^ADT_A01', 'F1', 'AL|NE'), refused('ADT^A01^ADT_A01', 'F2', 'AL|AL'), refused('ORU^R01^ORU_R01', 'F3', 'ER|NE', 'T|2.5.1'), refused('ORU^R01^ORU_R01', '', 'AL|NE'), refused('ADT^A01^ADT_A01', 'F5', 'SU|AL')]) answered.push(await analyser.send(message))
    expect(answered.map(msa)).toEqual(['CR F1', 'CR F2', 'CR F3', 'CE ', 'AR F5'])
    expect([answered[0]?.includes('200^MSH-9.1^HL70357'), answered[3]?.includes('101^MSH-10^HL70357')]).toEqual([true, true])
    analyser.end()
  })
})

describe('the bin', () => {
  it('a person says which result it is; replay uses the driver as it is now', async () => {
    const { number, results } = await tube(['K', 'NA'])
    const analyser = await mllpAnalyser(ports.hl7)
    await analyser.send(oru(number, ['KALIUM|4.4|mmol/L', 'NATRIUM|141|mmol/L'], { controlId: 'B1' }))
    const [natrium, kalium] = (await binned()).slice(0, 2).toSorted((a, b) => (a.code < b.code ? 1 : -1))
    const potassium = results.find((row) => row.code === 'K')
    expect([kalium?.code, natrium?.code]).toEqual(['KALIUM', 'NATRIUM'])
    expect((await lab.match({ params: { id: kalium?.id ?? '' }, body: { resultId: potassium?.id ?? '' } })).body.state).toBe('matched')
    expect((await lab.match({ params: { id: kalium?.id ?? '' }, body: { resultId: potassium?.id ?? '' } })).problem.code).toBe('lifecycle.illegal_step')
    const instrument = (await admin.readInstrument({ params: { id: ids.hl7 } })).body
    await admin.updateInstrument({ params: { id: ids.hl7 }, ifMatch: instrument.version, body: { codes: [...instrument.codes, { code: 'NATRIUM', testId: results.find((row) => row.code === 'NA')?.testId ?? '' }] } })
    await listeners.sync()
    expect((await lab.replay({ params: { id: kalium?.messageId ?? '' }, body: {} })).body).toMatchObject({ state: 'accepted', unmatched: 0 })
    expect((await bench.lab.readResult({ params: { id: results.find((row) => row.code === 'NA')?.id ?? '' } })).body.value).toBe('141')
    expect((await lab.discard({ params: { id: (await binned())[0]?.id ?? '' }, body: { reason: 'a test of the line' } })).body.state).toBe('discarded')
    analyser.end()
  })

  it('a message handed in over HTTP is taken the same way, once', async () => {
    const { number, now } = await tube(['K'])
    const content = oru(number, ['K|4.6|'], { controlId: 'H1' })
    const first = await lab.submitMessage({ body: { instrumentId: ids.hl7, content } })
    expect([first.status, first.body.state, first.body.isDuplicate]).toEqual([201, 'accepted', false])
    expect((await lab.submitMessage({ body: { instrumentId: ids.hl7, content } })).body).toMatchObject({ id: first.body.id, isDuplicate: true })
    expect((await now())[0]?.value).toBe('4.6')
    expect((await hospital.anonymous(instruments).listMessages({})).status).toBe(401)
    expect((await (await hospital.as(instruments, 'nurse')).listMessages({})).status).toBe(403)
    expect((await (await hospital.as(instruments, 'admin', 'ayurveda')).readMessage({ params: { id: first.body.id } })).status).toBe(404)
  })
})

describe('ASTM', () => {
  const records = (number: string, results: readonly string[], id = '') => [`H|\\^&|${id}||Analyser|||||||P|LIS2-A2|20261120101500`, 'P|1', `O|1|${number}||^^^ALL|R`, ...results.map((one, index) => `R|${index + 1}|^^^${one}||N||F`), 'L|1|N']

  it('lands frame by frame; a frame that is not sound is sent again', async () => {
    const { number, now } = await tube(['K', 'NA'])
    const frames = astmText(records(number, ['K|4.1|mmol/L', 'NA|140|mmol/L']))
    const [first] = frames
    const broken = Uint8Array.from(first ?? [])
    broken[20] = (broken[20] ?? 0) ^ 1
    expect(await astmSend(ports.astm, [broken, ...frames])).toEqual(['NAK', 'ACK'])
    expect((await now()).map((row) => row.value).toSorted()).toEqual(['140', '4.1'])
    const before = await counts()
    expect(await astmSend(ports.astm, frames)).toEqual(['ACK'])
    expect(await counts()).toEqual(before)
  })

  it('a long message comes in many frames, a frame may come twice, one out of order is refused', async () => {
    const { number, now } = await tube(['HGB'])
    const frames = framesOf(`${records(number, ['HB|140|', ...Array.from({ length: 20 }, (_value, index) => `NOISE${index}|1|`)]).join('\r')}\r`)
    expect(frames.length).toBeGreaterThan(2)
    const [one, two, ...rest] = frames
    const replies = await astmSend(ports.astm, [one, one, rest[0], two, ...rest].flatMap((each) => (each === undefined ? [] : [each])))
    expect(replies.slice(0, 4)).toEqual(['ACK', 'ACK', 'NAK', 'ACK'])
    expect((await now())[0]?.value).toBe('14')
  })

  it('control material that names no lot goes to the bin', async () => {
    await astmSend(ports.astm, astmText([`H|\\^&|||Analyser|||||||Q|LIS2-A2|20261120101500`, 'P|1', 'O|1|QC1||^^^K|R', 'R|1|^^^K|4.1|mmol/L||N||F', 'L|1|N']))
    expect((await binned())[0]).toMatchObject({ reason: 'unknown-control', code: 'K' })
  })
})

describe('orders out', () => {
  it('go to the instrument over MLLP until it answers, and to the one that asks', async () => {
    const { number, id } = await tube(['K', 'CREAT'])
    const taken: string[] = []
    const analyser = createServer((socket) => {
      const decoder = mllpDecoder(100_000)
      socket.on('data', (chunk) => {
        for (const event of decoder.push(chunk)) {
          if (event.kind !== 'message') continue
          const text = Buffer.from(event.bytes).toString('utf8')
          taken.push(text)
          socket.write(frame(Buffer.from(`MSH|^~\\&|A||T||2026||ORL^O34|1|P|2.5.1\rMSA|AA|${text.split('|')[9]}\r`)))
        }
      })
    })
    const port = await freePort()
    await new Promise<void>((done) => { analyser.listen(port, '127.0.0.1', done) })
    const instrument = (await admin.readInstrument({ params: { id: ids.hl7 } })).body
    const mute = (await admin.createInstrument({ body: { name: 'Mute', protocol: 'hl7', facilityId: hospital.facilityId, codes: [] } })).body
    expect((await lab.sendOrder({ params: { id: mute.id }, body: { specimenId: id } })).problem.code).toBe('instruments.no_address')
    await admin.updateInstrument({ params: { id: ids.hl7 }, ifMatch: instrument.version, body: { sendHost: '127.0.0.1', sendPort: port } })
    const waiting = (await lab.sendOrder({ params: { id: ids.hl7 }, body: { specimenId: id } })).body
    await sendWaiting(makeContext({ tenantId: hospital.tenantId }), { messageId: waiting.id, instrumentId: ids.hl7 })
    expect((await lab.readMessage({ params: { id: waiting.id } })).body.state).toBe('sent')
    expect(taken[0]).toContain('OML^O33^OML_O33')
    expect(taken[0]).toContain(`SPM|1|${number}`)
    expect(taken[0]).toContain('||CREA^Creatinine')
    await sendWaiting(makeContext({ tenantId: hospital.tenantId }), { messageId: waiting.id, instrumentId: ids.hl7 })
    expect(taken).toHaveLength(1)
    analyser.close()
  })
})
