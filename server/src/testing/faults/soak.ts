import { randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { stableId } from '../../seed/random.ts'
import { type Caller, type Installation, makeInstallation, quantile, signIn } from './installation.ts'

export interface SoakReport {
  requests: number
  perSecond: number
  /** By status; 0 is a connection that was cut. */
  answers: Record<string, number>
  p95Milliseconds: number
  /** Growth of the program after the first fifth of the time. */
  megabytesPerMinute: number
  /** Files and sockets that were open after the first fifth and at the end. */
  handles: [number, number]
}

interface Sample {
  minutes: number
  megabytes: number
  handles: number
}

/** Slope of the line that lies nearest to the points. */
export function slope(points: readonly (readonly [number, number])[]): number {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length
  const across = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  return across === 0 ? 0 : points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / across
}

// More would measure how the machine is shared, not whether something is left behind.
const mostOpen = 20
const facilityId = stableId(1, 'general:GH1')

/** What people at a desk and in a room do, in turn. */
function steps(desk: Caller, doctor: Caller): (() => ReturnType<Caller['call']>)[] {
  const state = { patientId: '' }
  return [
    async () => {
      const made = await desk.call('POST', '/patients', { body: { givenName: 'Soak', familyName: 'Test', sex: 'male', ageYears: 30, facilityId }, key: randomUUID() })
      state.patientId = String(made.body['id'] ?? state.patientId)
      return made
    },
    () => desk.call('GET', '/patients?limit=25'),
    () => desk.call('POST', '/patients/search', { body: { text: 'ram' } }),
    () => (state.patientId === '' ? desk.call('GET', '/patients?limit=1') : desk.call('POST', '/encounters', { body: { patientId: state.patientId, facilityId, class: 'outpatient' }, key: randomUUID() })),
    () => doctor.call('GET', '/patients?limit=5'),
    () => (state.patientId === '' ? doctor.call('GET', '/patients?limit=1') : doctor.call('GET', `/patients/${state.patientId}`)),
    () => doctor.call('GET', '/dashboards/doctor'),
    () => desk.call('GET', `/queue?facilityId=${facilityId}`),
  ]
}

/** The planted weakness: connections that are opened and never closed. */
function leak(installation: Installation): () => void {
  const sockets: Socket[] = []
  const began = Date.now()
  // As many as are due: a timer of a busy machine leaves some out.
  const timer = setInterval(() => {
    while (sockets.length < (Date.now() - began) / 50) sockets.push(connect(Number(new URL(installation.base).port), '127.0.0.1'))
  }, 50)
  return () => {
    clearInterval(timer)
    for (const socket of sockets) socket.destroy()
  }
}

/** Steady mixed work for a while; looks whether anything grows that should not. */
export async function soak(options: { minutes: number; perSecond: number; isLeaky?: boolean; installation?: Installation }): Promise<SoakReport> {
  const installation = options.installation ?? (await makeInstallation())
  if (options.installation === undefined) await installation.start()
  const stopLeak = options.isLeaky === true ? leak(installation) : () => {}
  try {
    const work = steps(await signIn(installation.base, 'receptionist@general.example'), await signIn(installation.base, 'doctor@general.example'))
    const answers: Record<string, number> = {}
    const times: number[] = []
    const samples: Sample[] = []
    const open = new Set<Promise<void>>()
    // What this load needs is open before it is counted, also where the machine comes to it late.
    for (let round = 0; round < 3; round += 1) await Promise.all(Array.from({ length: mostOpen }, (_value, index) => work[index % work.length]?.()))
    const began = Date.now()
    const minutesNow = () => (Date.now() - began) / 60_000
    const sample = () => void samples.push({ minutes: minutesNow(), megabytes: installation.residentMegabytes(), handles: readdirSync(`/proc/${installation.pid()}/fd`).length })
    const sampling = setInterval(sample, Math.min(10_000, options.minutes * 3000))
    let sent = 0
    while (minutesNow() < options.minutes) {
      const due = ((Date.now() - began) / 1000) * options.perSecond
      while (sent < due && open.size < mostOpen) {
        const step = work[sent % work.length]
        sent += 1
        if (step === undefined) continue
        const one = step().then((answer) => {
          answers[answer.status] = (answers[answer.status] ?? 0) + 1
          times.push(answer.milliseconds)
        }).finally(() => open.delete(one))
        open.add(one)
      }
      if (open.size >= mostOpen) sent = Math.max(sent, Math.floor(due))
      await wait(5)
    }
    await Promise.all(open)
    clearInterval(sampling)
    sample()
    const later = samples.filter((one) => one.minutes > options.minutes / 5)
    return {
      requests: times.length, perSecond: Math.round(times.length / (minutesNow() * 60)), answers, p95Milliseconds: quantile(times, 0.95),
      megabytesPerMinute: Math.round(slope(later.map((one) => [one.minutes, one.megabytes])) * 100) / 100, handles: [later[0]?.handles ?? 0, later.at(-1)?.handles ?? 0],
    }
  } finally {
    stopLeak()
    if (options.installation === undefined) await installation.remove()
  }
}
