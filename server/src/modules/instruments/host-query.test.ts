import { createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { makeContext } from '#kernel/context.ts'
import { freePort } from '#kernel/embedded-postgres.ts'
import { astm, framesOf, readAstm } from './astm-rules.ts'
import { readHl7 } from './hl7-rules.ts'
import { frame } from './mllp-rules.ts'
import { astmOrders, type InstrumentOrder, omlOrder } from './tube-order.ts'
import { sendWaiting } from './sending.ts'
import { astmAnalyser, astmSend, astmText, mllpAnalyser } from './testing/analyser.ts'
import { benchLines } from './testing/bench-lines.ts'

const lines = benchLines()
const asking = (names: string, tests = 'ALL') => astmText(['H|\\^&|||Analyser', `Q|1|${names}||${tests}||||||||O`, 'L|1|N'])
const records = (text: string) => text.split('\r').filter(Boolean)
const latest = async (protocol: 'hl7' | 'astm') => (await lines.lab.listMessages({ query: { instrumentId: lines.ids[protocol], limit: 50 } })).body.items.filter((one) => one.direction === 'out')
const query = (asked: string, id: string, name = 'WOS^Work Order Step^IHELAW') => `MSH|^~\\&|ANALYSER|LAB|TRIVENI|H|20261120101500||QBP^Q11^QBP_Q11|${id}|P|2.5.1\rQPD|${name}|Q-${id}|${asked}\rRCP|I||R\r`

describe('an ASTM analyser that asks', () => {
  it('is answered on the line it asked on: every tube it names, with the priority of each test', async () => {
    const [one, two] = [await lines.tube(['K'], { priority: 'stat' }), await lines.tube(['K', 'NA'])]
    const analyser = await astmAnalyser(lines.ports.astm)
    await analyser.send(asking(`^${one.number}\\^${two.number}`))
    const answer = records(await analyser.hear())
    expect(answer.filter((record) => record.startsWith('P|')).map((record) => record.split('|')[3]).toSorted()).toEqual([one.mrn, two.mrn].toSorted())
    expect(answer.filter((record) => record.startsWith('O|')).map((record) => record.split('|').filter((_part, index) => [2, 4, 5, 25].includes(index))).toSorted()).toEqual([[one.number, '^^^K', 'S', 'Q'], [two.number, '^^^K\\^^^NA', 'R', 'Q']].toSorted())
    expect(answer.at(-1)).toBe('L|1|N')
    await vi.waitFor(async () => expect((await latest('astm'))[0]).toMatchObject({ state: 'sent', error: '' }))
    await analyser.send(asking(`^${two.number}`, '^^^NA'))
    expect(records(await analyser.hear()).find((record) => record.startsWith('O|'))).toContain(`|${two.number}||^^^NA|R|`)
    analyser.socket.destroy()
  })

  it('about a tube nobody knows, or with nothing open, is told that there is no information, and about nobody', async () => {
    const done = await lines.tube(['CREAT'])
    const analyser = await astmAnalyser(lines.ports.astm)
    for (const number of ['GH1S9999990', done.number]) {
      await analyser.send(asking(`^${number}`))
      expect(records(await analyser.hear()).map((record) => record.slice(0, 5))).toEqual(['H|\\^&', 'L|1|I'])
    }
    analyser.socket.destroy()
  })

  it('about ALL is told of every tube with an open test of its driver', async () => {
    const [mine, other] = [await lines.tube(['NA'], { priority: 'stat' }), await lines.tube(['CREAT'])]
    const analyser = await astmAnalyser(lines.ports.astm)
    await analyser.send(asking('ALL'))
    const answer = await analyser.hear()
    expect([answer.includes(mine.number), answer.includes(other.number)]).toEqual([true, false])
    analyser.socket.destroy()
  })

  it('has priority where both bid: the host yields, takes what comes, and bids again after it', async () => {
    const [asked, measured] = [await lines.tube(['K']), await lines.tube(['NA'])]
    const analyser = await astmAnalyser(lines.ports.astm)
    await analyser.send(asking(`^${asked.number}`))
    expect(await analyser.next()).toBe(astm.enq)
    analyser.write(astm.enq)
    await wait(300)
    expect(await analyser.send(astmText(['H|\\^&|||Analyser', 'P|1', `O|1|${measured.number}||^^^NA|R`, 'R|1|^^^NA|140|mmol/L||N||F', 'L|1|N']))).toEqual([astm.ack, astm.ack])
    expect(await analyser.hear()).toContain(`|${asked.number}|`)
    expect((await measured.now())[0]?.value).toBe('140')
    analyser.socket.destroy()
  })

  it('sends a frame again that was not acknowledged; one that hangs up does not leave its answer waiting', async () => {
    const { number } = await lines.tube(['K'])
    const analyser = await astmAnalyser(lines.ports.astm)
    await analyser.send(asking(`^${number}`))
    expect(await analyser.next()).toBe(astm.enq)
    analyser.write(astm.ack)
    while ((await analyser.next()) !== astm.lf);
    analyser.write(astm.nak)
    expect(await analyser.next()).toBe(astm.stx)
    analyser.socket.destroy()
    await astmSend(lines.ports.astm, asking(`^${number}`))
    await vi.waitFor(async () => expect((await latest('astm')).slice(0, 2).map((row) => [row.state, row.error])).toEqual([['rejected', 'not acknowledged'], ['rejected', 'not acknowledged']]), 5000)
  })

  it('with an address of its own gets there what its line did not take', async () => {
    const { number } = await lines.tube(['K'])
    const taken: number[] = []
    const server = createServer((socket) => void socket.on('data', (chunk: Uint8Array) => {
      taken.push(...chunk)
      if (chunk.at(-1) !== astm.eot) socket.write(Buffer.of(astm.ack))
    }))
    const port = await freePort()
    await new Promise<void>((done) => { server.listen(port, '127.0.0.1', done) })
    const before = (await lines.admin.readInstrument({ params: { id: lines.ids.astm } })).body
    await lines.admin.updateInstrument({ params: { id: lines.ids.astm }, ifMatch: before.version, body: { sendHost: '127.0.0.1', sendPort: port } })
    await lines.listeners.sync()
    await astmSend(lines.ports.astm, asking(`^${number}`))
    const row = await vi.waitFor(async () => {
      const [newest] = await latest('astm')
      expect(newest).toMatchObject({ state: 'waiting', error: 'not acknowledged' })
      return newest
    }, 5000)
    await sendWaiting(makeContext({ tenantId: lines.hospital.tenantId }), { messageId: row?.id ?? '', instrumentId: lines.ids.astm })
    expect((await lines.lab.readMessage({ params: { id: row?.id ?? '' } })).body.state).toBe('sent')
    expect(Buffer.from(taken).toString('latin1')).toContain(`O|1|${number}||^^^K|R`)
    const after = (await lines.admin.readInstrument({ params: { id: lines.ids.astm } })).body
    await lines.admin.updateInstrument({ params: { id: lines.ids.astm }, ifMatch: after.version, body: { sendHost: '' } })
    await lines.listeners.sync()
    server.close()
  })
})

describe('an HL7 analyser that asks', () => {
  it('has its orders on the same line behind the answer; what it acknowledges was sent', async () => {
    const [one, two] = [await lines.tube(['K'], { priority: 'urgent' }), await lines.tube(['NA'])]
    const analyser = await mllpAnalyser(lines.ports.hl7)
    expect(await analyser.send(query(`${one.number}~${two.number}~GH1S9999991`, 'A1'))).toContain('QAK|Q-A1|OK|')
    const orders = [await analyser.next(), await analyser.next()]
    const first = orders.find((text) => text.includes(one.number)) ?? ''
    expect([first.includes('\rTQ1|1||||||||A\r'), first.includes(`\rSPM|1|${one.number}||SER^serum^HL70487|`), orders.some((text) => text.includes(`SPM|1|${two.number}|`))]).toEqual([true, true, true])
    for (const [index, text] of orders.entries()) await Promise.resolve(analyser.write(Buffer.from(`\u000bMSH|^~\\&|A||T||2026||ORL^O34^ORL_O34|R${index}|P|2.5.1\rMSA|${index === 0 ? 'AA' : 'AE'}|${text.split('|')[9]}\r\u001c\r`)))
    expect(await analyser.send(query('GH1S9999992', 'A2'))).toContain('QAK|Q-A2|NF|')
    await vi.waitFor(async () => expect((await latest('hl7')).slice(0, 2).map((row) => row.state).toSorted()).toEqual(['rejected', 'sent']), 5000)
    analyser.end()
  })

  it('for all that is open is answered so; an order it never acknowledged does not wait for ever', async () => {
    await lines.tube(['K'])
    const analyser = await mllpAnalyser(lines.ports.hl7)
    expect(await analyser.send(query('', 'A3', 'WOS_ALL^Work Order Step All^IHELAW'))).toContain('QAK|Q-A3|OK|')
    expect(await analyser.next()).toContain('OML^O33^OML_O33')
    analyser.socket.destroy()
    await vi.waitFor(async () => expect((await latest('hl7')).filter((row) => row.state === 'waiting')).toEqual([]), 5000)
  })
})

describe('what is read and written', () => {
  it('a query names each of its tubes', () => {
    expect(readAstm('H|\\^&\rQ|1|^T1\\^T2||^^^K\\^^^NA\rL|1|N\r').queries).toEqual([{ names: ['T1'], codes: ['K', 'NA'], isAll: false }, { names: ['T2'], codes: ['K', 'NA'], isAll: false }])
    expect(readAstm('H|\\^&\rQ|1|ALL||ALL||||||||O\rL|1|N\r').queries).toEqual([{ names: ['ALL'], codes: [], isAll: true }])
    expect(readAstm('H|\\^&\rQ|1|^T1||ALL||||||||A\rL|1|N\r').queries).toEqual([])
    expect(readHl7(query('T1~T2^X', 'A4')).queries.map((one) => one.names)).toEqual([['T1'], ['T2', 'X']])
  })

  it('orders carry priority and kind of specimen; nothing in a name ends a frame', () => {
    const order: InstrumentOrder = { number: 'T1', patientMrn: 'GH1-000001', patientName: 'Asha \u0003\u0004Devi|अ', birthDate: '1980-02-01', sex: 'female', specimenType: 'Whole blood', collectedAt: new Date(0), receivedAt: null, tests: [{ code: 'K', name: 'Potassium', priority: 'stat' }, { code: 'NA', name: 'Sodium', priority: 'routine' }] }
    const text = astmOrders([order], { at: new Date(0), isAnswer: false })
    expect(records(text).slice(1, 4)).toEqual(['P|1||GH1-000001||Asha   Devi अ||19800201|F', 'O|1|T1||^^^K|S||||||A||||||||||||||O', 'O|2|T1||^^^NA|R||||||A||||||||||||||O'])
    const sent = Buffer.concat(framesOf('एक \u0905', 'latin1'))
    expect([sent.filter((byte) => byte < 0x20).length, sent.includes('????')]).toEqual([4, false])
    expect(Buffer.concat(framesOf('अ', 'utf-8')).includes(Buffer.from('अ'))).toBe(true)
    expect(omlOrder(order, { controlId: '1', at: new Date(0) })).toContain('SPM|1|T1||BLD^Whole blood^HL70487|||||||||||||19700101000000\r')
  })
})

describe('an order for an instrument that has no address', () => {
  const send = async (protocol: 'hl7' | 'astm', specimenId: string) => (await lines.lab.sendOrder({ params: { id: lines.ids[protocol] }, body: { specimenId } })).body
  const stateOf = async (id: string) => { const { state, error } = (await lines.lab.readMessage({ params: { id } })).body; return [state, error] }
  beforeAll(async () => {
    for (const id of Object.values(lines.ids)) {
      const { version } = (await lines.admin.readInstrument({ params: { id } })).body
      await lines.admin.updateInstrument({ params: { id }, ifMatch: version, body: { sendHost: '' } })
    }
    await lines.listeners.sync()
  })

  it('goes out on the line that is open: ASTM', async () => {
    const { number, id } = await lines.tube(['K'])
    const analyser = await astmAnalyser(lines.ports.astm)
    const order = await send('astm', id)
    expect(await analyser.hear()).toContain(`|${number}||^^^K|`)
    await vi.waitFor(async () => expect(await stateOf(order.id)).toEqual(['sent', '']), 5000)
    analyser.socket.destroy()
  })

  it('goes out on the line that is open: HL7, and waits for the next line where it was not taken', async () => {
    const { number, id } = await lines.tube(['K'])
    const order = await send('hl7', id)
    expect(await stateOf(order.id)).toEqual(['waiting', ''])
    const lost = await mllpAnalyser(lines.ports.hl7)
    expect(await lost.next()).toContain(`SPM|1|${number}`)
    lost.socket.destroy()
    await vi.waitFor(async () => expect(await stateOf(order.id)).toEqual(['waiting', 'not acknowledged']), 5000)
    const analyser = await mllpAnalyser(lines.ports.hl7)
    const said = await analyser.next()
    expect(said).toContain(`SPM|1|${number}`)
    analyser.write(frame(Buffer.from(`MSH|^~\\&|A||T||2026||ORL^O34|O1|P|2.5.1\rMSA|AA|${said.split('|')[9]}\r`)))
    await vi.waitFor(async () => expect(await stateOf(order.id)).toEqual(['sent', '']), 5000)
    analyser.end()
  })
})
