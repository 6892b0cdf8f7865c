import autocannon from 'autocannon'
import { demoPassword } from '../../seed/seed.ts'
import { type Installation, makeInstallation, slowness } from './installation.ts'

export interface OverloadReport {
  peakPerSecond: number
  offeredPerSecond: number
  goodPerSecond: number
  shedPerSecond: number
  /** Part of the peak that was still served well. */
  goodput: number
  /** Neither served nor turned away. */
  failures: number
  /** Of every answer, milliseconds. */
  p99: number
  recoveredSeconds: number
  grownMegabytes: number
}

async function cookieOf(base: string): Promise<string> {
  const signed = await fetch(`${base}/api/v1/auth/sign-in`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email: 'receptionist@general.example', password: demoPassword }) })
  return signed.headers.getSetCookie()[0]?.split(';')[0] ?? ''
}

interface Shot {
  connections: number
  seconds: number
  /** Requests a second, whether earlier ones are answered or not; as fast as answers come without it. */
  perSecond?: number
}

/** Sends with a client that costs little, since it shares the machine. */
const shoot = (url: string, cookie: string, { connections, seconds, perSecond }: Shot) =>
  autocannon({ url, headers: { cookie }, connections, duration: seconds, timeout: Math.ceil(20 * slowness()), ...(perSecond === undefined ? {} : { overallRate: Math.round(perSecond) }) })

const leastAnswers = 64

/** A machine that stood still all the while has said nothing of what can be served: it is asked for longer. */
async function untilAnswered(url: string, cookie: string, shot: Shot) {
  let result = await shoot(url, cookie, shot)
  for (let tries = 2; tries < 6 && result['2xx'] < leastAnswers; tries += 1) result = await shoot(url, cookie, { ...shot, seconds: shot.seconds * tries })
  return result
}

/** Measures the capacity, offers a multiple of it, and looks how soon answers are quick again. */
export async function overload(options: { times: number; seconds: number; environment?: Record<string, string>; installation?: Installation }): Promise<OverloadReport> {
  const installation = options.installation ?? (await makeInstallation(options.environment))
  try {
    if (options.installation === undefined) await installation.start()
    const cookie = await cookieOf(installation.base)
    const url = `${installation.base}/api/v1/patients?limit=5`
    const warm = Math.min(3, options.seconds / 3)
    await shoot(url, cookie, { connections: 32, seconds: warm })
    const calm = await untilAnswered(url, cookie, { connections: 16, seconds: warm })
    const peak = await untilAnswered(url, cookie, { connections: 64, seconds: warm * 1.5 })
    const peakPerSecond = peak['2xx'] / peak.duration
    const before = installation.residentMegabytes()
    const loaded = await shoot(url, cookie, { connections: 1500, seconds: options.seconds, perSecond: peakPerSecond * options.times })
    const ended = Date.now()
    const usual = Math.max(50, calm.latency.p97_5 * 2)
    let after = await shoot(url, cookie, { connections: 16, seconds: 1 })
    while ((after['2xx'] === 0 || after.latency.p97_5 > usual) && Date.now() - ended < 60_000) after = await shoot(url, cookie, { connections: 16, seconds: 1 })
    const good = loaded['2xx'] / loaded.duration
    return {
      peakPerSecond: Math.round(peakPerSecond), offeredPerSecond: Math.round(loaded.requests.sent / loaded.duration), goodPerSecond: Math.round(good), shedPerSecond: Math.round(loaded['5xx'] / loaded.duration), goodput: Math.round((good / peakPerSecond) * 100) / 100,
      failures: loaded.errors + loaded['4xx'], p99: loaded.latency.p99, recoveredSeconds: Math.round((Date.now() - ended) / 100) / 10, grownMegabytes: Math.round(installation.residentMegabytes() - before),
    }
  } finally {
    if (options.installation === undefined) await installation.remove()
  }
}
