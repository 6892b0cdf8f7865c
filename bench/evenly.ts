import { Agent, request as ask } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Request } from 'autocannon'

export interface Arrivals {
  url: string
  /** How many requests may be on their way at once. */
  connections: number
  /** Requests a second. */
  rate: number
  amount: number
  request: Request
}

const isGood = (status: number | undefined): boolean => status !== undefined && status >= 200 && status < 300

function answered(agent: Agent, url: string, { method, path, headers, body }: Request): Promise<boolean> {
  return new Promise((done) => {
    const sent = ask(`${url}${path ?? '/'}`, { agent, method: method ?? 'GET', headers: headers ?? {} }, (response) => {
      response.resume().once('end', () => done(isGood(response.statusCode))).once('error', () => done(false))
    })
    sent.once('error', () => done(false))
    sent.end(body)
  })
}

/**
 * Requests that arrive one by one at even distances, as many a second as asked for: what people wait while the machine has room.
 * A request's time counts from when it was due, not from when a connection was free for it.
 */
export async function arriveEvenly({ url, connections, rate, amount, request }: Arrivals): Promise<{ times: number[]; failed: number; seconds: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const times: number[] = []
  let failed = 0
  const began = performance.now()
  const under: Promise<void>[] = []
  for (let index = 0; index < amount; index += 1) {
    const due = began + (index * 1000) / rate
    if (due > performance.now()) await wait(due - performance.now())
    const one = request.setupRequest?.(request) ?? request
    under.push(answered(agent, url, one).then((isDone) => {
      times.push(performance.now() - due)
      if (!isDone) failed += 1
    }))
  }
  await Promise.all(under)
  agent.destroy()
  return { times, failed, seconds: (performance.now() - began) / 1000 }
}
