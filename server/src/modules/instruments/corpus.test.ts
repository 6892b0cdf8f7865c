import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { instruments } from '#contract/instruments.ts'
import { freePort } from '#kernel/embedded-postgres.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { openBench } from '../laboratory/testing/bench.ts'
import { AstmError, checksumOf, readAstm, readFrame } from './astm-rules.ts'
import { ackModes, ackOf, Hl7Error, readHl7 } from './hl7-rules.ts'
import { type Listeners, startListeners } from './listeners.ts'
import { mllpDecoder } from './mllp-rules.ts'
import { astmSend, framesIn, mllpAnalyser } from './testing/analyser.ts'

const data = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url))
const walk = (folder: string): string[] => readdirSync(folder).flatMap((name) => (statSync(join(folder, name)).isDirectory() ? walk(join(folder, name)) : [join(folder, name)]))
const hasData = existsSync(`${data}hl7v2`) && existsSync(`${data}astm`)
const hl7Files = hasData ? walk(`${data}hl7v2`).filter((file) => !/\.(json|gz|md|fhir)$/.test(file)) : []
const astmFiles = hasData ? walk(`${data}astm`).filter((file) => file.endsWith('.txt')) : []
/** The messages of a file: some hold a batch. */
const messagesOf = (file: string): string[] => readFileSync(file, 'utf8').split(/(?=^\uFEFF?MSH[^A-Za-z0-9\s])/m).filter((text) => text.trim() !== '')
const messages = hl7Files.flatMap(messagesOf)

let hospital: TestHospital
let listeners: Listeners
const ports = { hl7: 0, astm: 0 }
const counts = async () => (await hospital.query<{ entered: number; bin: number; messages: number; versions: number }>("select (select count(*)::int from results where entered_at is not null) as entered, (select count(*)::int from instrument_bin) as bin, (select count(*)::int from instrument_messages) as messages, (select coalesce(sum(version), 0)::int from results) as versions"))[0]

beforeAll(async () => {
  hospital = await testHospital()
  const bench = await openBench(hospital)
  const tests = new Map((await bench.admin.listTests({ query: { limit: 200 } })).body.items.map((test) => [test.code, test.id]))
  const driver = [['WBC', 'WBC'], ['RBC', 'RBC'], ['HGB', 'HGB'], ['PLT', 'PLT'], ['HbA1c', 'HBA1C'], ['687', 'AST'], ['685', 'ALT'], ['6690-2', 'WBC'], ['789-8', 'RBC'], ['718-7', 'HGB']].map(([code = '', test = '']) => ({ code, testId: tests.get(test) ?? '' }))
  for (const protocol of ['hl7', 'astm'] as const) {
    ports[protocol] = await freePort()
    await (await hospital.as(instruments, 'admin')).createInstrument({ body: { name: protocol, protocol, facilityId: hospital.facilityId, listenPort: ports[protocol], codes: driver } })
  }
  // Tubes with numbers that stand in the captures: what is ordered on them lands, all else waits in the bin.
  for (const [number, codes] of [['27', ['WBC', 'RBC', 'HGB', 'PLT']], ['5', ['HBA1C']], ['CL-PL-24-0370', ['AST', 'ALT']]] as const) {
    const { tubes } = await bench.received([...codes])
    await hospital.query('update specimens set number = $2 where id = $1', [tubes[0]?.id, number])
  }
  listeners = await startListeners('127.0.0.1')
})
afterAll(() => listeners.stop())

function isTaken(message: string): boolean {
  try {
    return readHl7(message).type !== ''
  } catch {
    return false
  }
}

function answersAskedBy(message: string): number {
  try {
    const isWell = isTaken(message)
    const modes = ackModes(message, isWell)
    if (!modes.isEnhanced) return 1
    // A refusal of receipt is the last word.
    return modes.accept && !isWell ? 1 : Number(modes.accept) + Number(modes.application)
  } catch {
    return 1
  }
}

const feed = async (): Promise<Record<string, number>> => {
  const tally: Record<string, number> = {}
  const count = (name: string) => void (tally[name] = (tally[name] ?? 0) + 1)
  const line = async (own: readonly string[]): Promise<void> => {
    const analyser = await mllpAnalyser(ports.hl7)
    for (const message of own) {
      const asked = answersAskedBy(message)
      // A sender that wants no answer gets none: the next message's answer says that it was taken.
      if (asked === 0) analyser.write(Buffer.concat([Buffer.of(0x0b), Buffer.from(message), Buffer.of(0x1c, 0x0d)]))
      count(asked === 0 ? 'unasked' : (/MSA\|(\w\w)/.exec(await analyser.send(message))?.[1] ?? 'none'))
      for (let more = 1; more < asked; more += 1) await analyser.next()
    }
    await analyser.send('MSH|^~\\&|A|B|C|D|2026||ORU^R01^ORU_R01|LAST|P|2.5.1\r')
    analyser.end()
  }
  await Promise.all([0, 1, 2, 3].map((part) => line(messages.filter((_message, index) => index % 4 === part))))
  for (const file of astmFiles) for (const reply of await astmSend(ports.astm, framesIn(readFileSync(file)))) count(reply)
  return tally
}

describe.runIf(hasData)('the messages of the world', () => {
  it('are each answered and kept, land or wait in the bin, and a resend of all changes nothing', async () => {
    const first = await feed()
    expect(messages.length).toBeGreaterThan(300)
    // A frame without its checksum is not over: after the time of the standard it is refused, at the end of the session it is kept.
    expect(first['NOTHING'] ?? 0).toBeLessThanOrEqual(1)
    expect(first['none']).toBeUndefined()
    expect(first['CLOSED']).toBeUndefined()
    const before = await counts()
    expect(before?.entered).toBe(4 + 1 + 2)
    // Every message once, however many files hold it.
    expect(before?.messages).toBeGreaterThan(250)
    expect(before?.bin).toBeGreaterThan(500)
    process.stdout.write(`${messages.length} HL7 messages, ${astmFiles.length} ASTM captures: ${JSON.stringify(first)}; ${JSON.stringify(before)}\n`)
    await feed()
    const after = await counts()
    expect({ ...after, messages: 0 }).toEqual({ ...before, messages: 0 })
  }, 300_000)
})

describe('mutated messages', () => {
  const seeds = hasData ? messages : ['MSH|^~\\&|A|B|C|D|2026||ORU^R01^ORU_R01|1|P|2.5.1\rPID|1||GH1-000001\rOBR|1|T1||K\rOBX|1|NM|K||4.1|mmol/L|||||F\r']
  let state = 20_261_121
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 4_294_967_296
  }
  const mutate = (bytes: Uint8Array): Uint8Array => {
    const out = [...bytes.subarray(0, 3000)]
    for (let times = 1 + Math.floor(random() * 6); times > 0; times -= 1) {
      const at = Math.floor(random() * out.length)
      const kind = random()
      if (kind < 0.4) out[at] = Math.floor(random() * 256)
      else if (kind < 0.6) out.splice(at, Math.floor(random() * 20))
      else if (kind < 0.8) out.splice(at, 0, ...[0x0b, 0x1c, 0x0d, 0x7c, 0x5e, 0x00, 0xff, 0x5c].slice(Math.floor(random() * 8)))
      else out.splice(at, 0, ...out.slice(Math.floor(random() * out.length), Math.floor(random() * out.length)))
    }
    return Uint8Array.from(out)
  }
  const taken = (error: unknown) => error instanceof Hl7Error || error instanceof AstmError

  const mutations = process.env['TRIVENI_FULL'] === '1' ? 100_000 : 20_000
  it('100,000 of them (20,000 in the short run) crash nothing: each is read, or refused by name, and can be acknowledged', () => {
    const sources = seeds.map((message) => Buffer.from(message))
    const frames = astmFiles.flatMap((file) => framesIn(readFileSync(file)))
    let refused = 0
    for (let index = 0; index < mutations; index += 1) {
      const isAstm = frames.length > 0 && index % 5 === 0
      const bytes = mutate((isAstm ? frames[index % frames.length] : sources[index % sources.length]) ?? new Uint8Array())
      const text = Buffer.from(bytes).toString('utf8')
      try {
        if (isAstm) {
          const { text: body } = readFrame(bytes.subarray(1))
          expect(checksumOf(bytes)).toHaveLength(2)
          readAstm(Buffer.from(body).toString('latin1'))
        } else {
          for (const event of mllpDecoder(100_000).push(Buffer.concat([Buffer.of(0x0b), bytes, Buffer.of(0x1c, 0x0d)]))) expect(event.kind).toBeDefined()
          readHl7(text)
        }
      } catch (error) {
        if (!taken(error)) throw error
        refused += 1
        if (!isAstm && !ackOf({ code: 'AE', text, controlId: '1', at: new Date(0), error: { code: '207', text: 'x' } }).includes('MSA|AE|')) throw new Error('no acknowledgement', { cause: error })
      }
    }
    expect(refused).toBeGreaterThan(1000)
  }, 900_000)

  it('hundreds over the line leave it standing', async () => {
    const analyser = await mllpAnalyser(ports.hl7)
    for (let index = 0; index < 300; index += 1) {
      const bytes = mutate(Buffer.from(seeds[index % seeds.length] ?? ''))
      analyser.write(Buffer.concat([Buffer.of(0x0b), bytes, Buffer.of(0x1c, 0x0d)]))
    }
    analyser.end()
    const after = await mllpAnalyser(ports.hl7)
    expect(await after.send('MSH|^~\\&|A|B|C|D|2026||ORU^R01^ORU_R01|STANDING|P|2.5.1\r')).toContain('MSA|AA|STANDING')
    after.end()
  })
})
