import { afterAll, beforeAll } from 'vitest'
import { instruments } from '#contract/instruments.ts'
import { freePort } from '#kernel/embedded-postgres.ts'
import { type TestClient, type TestHospital, testHospital } from '../../../testing/hospital.ts'
import { type Bench, openBench } from '../../laboratory/testing/bench.ts'
import { type Listeners, startListeners } from '../listeners.ts'

export interface BenchLines {
  hospital: TestHospital
  bench: Bench
  admin: TestClient<typeof instruments>
  lab: TestClient<typeof instruments>
  listeners: Listeners
  ports: { hl7: number; astm: number }
  ids: { hl7: string; astm: string }
  tests: Map<string, string>
  /** A received tube with these tests. */
  tube: (codes: string[], about?: Parameters<Bench['received']>[1]) => Promise<{ number: string; id: string; mrn: string; results: Awaited<ReturnType<Bench['resultsOf']>>; now: () => ReturnType<Bench['resultsOf']> }>
  binned: () => Promise<Awaited<ReturnType<TestClient<typeof instruments>['listBin']>>['body']['items']>
}

/** A laboratory with one analyser of each language on its line, for the tests of a file. */
export function benchLines(): BenchLines {
  const lines = { ports: { hl7: 0, astm: 0 }, ids: { hl7: '', astm: '' } } as BenchLines
  beforeAll(async () => {
    const hospital = await testHospital()
    const bench = await openBench(hospital)
    const [admin, lab] = [await hospital.as(instruments, 'admin'), await hospital.as(instruments, 'lab-technician')]
    const tests = new Map((await bench.admin.listTests({ query: { limit: 200 } })).body.items.map((test) => [test.code, test.id]))
    for (const protocol of ['hl7', 'astm'] as const) {
      lines.ports[protocol] = await freePort()
      lines.ids[protocol] = (await admin.createInstrument({ body: { name: `Analyser ${protocol}`, protocol, facilityId: hospital.facilityId, listenPort: lines.ports[protocol], codes: ['K', 'NA'].map((code) => ({ code, testId: tests.get(code) ?? '' })) } })).body.id
    }
    Object.assign(lines, {
      hospital, bench, admin, lab, tests, listeners: await startListeners('127.0.0.1'),
      tube: async (codes: string[], about: Parameters<Bench['received']>[1] = {}) => {
        const { order, tubes, results } = await bench.received(codes, about)
        const [patient] = await hospital.query<{ mrn: string }>('select mrn from patients where id = $1', [order.patientId])
        return { number: tubes[0]?.number ?? '', id: tubes[0]?.id ?? '', mrn: patient?.mrn ?? '', results, now: () => bench.resultsOf(order.id) }
      },
      binned: async () => (await lab.listBin({ query: { state: 'waiting' } })).body.items,
    })
  })
  afterAll(() => lines.listeners.stop())
  return lines
}
