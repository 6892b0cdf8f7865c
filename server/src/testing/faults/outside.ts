import { createServer as createHttp } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { SMTPServer } from 'smtp-server'
import { stableId } from '../../seed/random.ts'
import { makeInstallation, quantile, signIn } from './installation.ts'
import { startObjectStore } from '../object-store.ts'
import { ask, ownerUrl } from './owner.ts'

/** What stands outside the hospital: it answers, hangs, cuts every connection, or says that it has trouble. */
export type OutsideMood = 'well' | 'hanging' | 'refusing' | 'failing'

interface FarSide {
  port: number
  close: () => Promise<void>
}

async function listening(server: Server): Promise<FarSide> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done())
      for (const socket of sockets) socket.destroy()
    })
  return { port: (server.address() as AddressInfo).port, close }
}

/** A mail server behind a door: what the door does depends on the mood. */
function mailServer(mood: () => OutsideMood, letters: string[]): Promise<FarSide> {
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, session, done) => {
      stream.on('end', () => {
        letters.push(session.envelope.rcptTo.map((one) => one.address).join())
        done()
      })
      stream.resume()
    },
  })
  const door = createServer((socket) => {
    const now = mood()
    if (now === 'refusing') socket.destroy()
    if (now === 'failing') socket.end('421 try later\r\n')
    if (now === 'well') smtp.server.emit('connection', socket)
  })
  return listening(door)
}

/** Takes alerts, traces and errors, or does not. */
function webServer(mood: () => OutsideMood, taken: string[]): Promise<FarSide> {
  return listening(
    createHttp((request, response) => {
      const now = mood()
      request.resume()
      if (now === 'refusing') return void request.socket.destroy()
      if (now === 'hanging') return
      if (now === 'well') taken.push(request.url ?? '')
      response.writeHead(now === 'well' ? 200 : 500).end()
    }),
  )
}

export interface OutsideReport {
  moods: OutsideMood[]
  requests: number
  failures: Record<string, number>
  slowestMilliseconds: number
  /** Events and jobs that were not about mail and still waited when the fault ended. */
  othersWaiting: number
  mailsAsked: number
  mailsWhileAway: number
  mailsAfterwards: number
  drainedSeconds: number
  alerts: number
  archivedAgain: boolean
}

const people = ['doctor', 'receptionist', 'cashier', 'nurse', 'pharmacist', 'admin'].map((name) => `${name}@general.example`)
const others = "select count(*)::int as n from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier = 'listener' and j.payload ->> 'listener' <> 'system.send-mail'"

/** Mail, webhooks, collectors and the object store go bad in each of the moods while people work; afterwards everything that waited must arrive. */
export async function outsideAway(options: { seconds: number; moods: readonly OutsideMood[] }): Promise<OutsideReport> {
  const state = { mood: options.moods[0] ?? 'hanging' }
  const [letters, taken]: [string[], string[]] = [[], []]
  const [smtp, web, store] = await Promise.all([mailServer(() => state.mood, letters), webServer(() => state.mood, taken), startObjectStore()])
  const outside = `http://127.0.0.1:${web.port}`
  const installation = await makeInstallation({
    SMTP_URL: `smtp://127.0.0.1:${smtp.port}`, TRIVENI_ALERT_WEBHOOK: `${outside}/alerts`, OTEL_EXPORTER_OTLP_ENDPOINT: outside, SENTRY_DSN: `http://key@127.0.0.1:${web.port}/1`,
    TRIVENI_BACKUPS: 'on', S3_URL: store.url('backups'), TRIVENI_TEST_FAST_DISK: '1',
  })
  try {
    store.set('failing')
    await installation.start()
    const desk = await signIn(installation.base, people[1] ?? '')
    // The next look at what is not well comes after a minute.
    const isLong = options.seconds > 30
    const times: number[] = []
    const failures: Record<string, number> = {}
    const seen = { asked: 0 }
    const send = async (path: string, body: unknown) => {
      const answer = await desk.call('POST', path, { body, key: crypto.randomUUID() })
      times.push(answer.milliseconds)
      const failed = `${path} ${answer.status} ${String(answer.body['code'] ?? answer.body['cut'] ?? '')}`
      if (answer.status >= 300 || answer.status === 0) failures[failed] = (failures[failed] ?? 0) + 1
      return answer
    }
    for (const mood of options.moods) {
      Object.assign(state, { mood })
      store.set(mood === 'hanging' && isLong ? 'hanging' : 'failing')
      const until = Date.now() + (options.seconds * 1000) / options.moods.length
      while (Date.now() < until) {
        // Each account is sent a few links an hour at most.
        if (seen.asked < people.length) await send('/auth/reset', { email: people[seen.asked++] })
        const patient = await send('/patients', { givenName: 'Outside', familyName: 'Away', sex: 'male', ageYears: 20, facilityId: stableId(1, 'general:GH1') })
        await send('/encounters', { patientId: patient.body['id'], facilityId: stableId(1, 'general:GH1'), class: 'outpatient' })
        await wait(100)
      }
    }
    // While all of it is still away, what has nothing to do with it gets done.
    const countOthers = async () => (await ask<{ n: number }>(ownerUrl(installation.dataDir), others))[0]?.n ?? -1
    const end = Date.now() + 60_000
    await wait(2000)
    while ((await countOthers()) !== 0 && Date.now() < end) await wait(100)
    const othersWaiting = await countOthers()
    const mailsWhileAway = letters.length
    Object.assign(state, { mood: 'well' })
    store.set('well')
    const ended = Date.now()
    const isOver = () => letters.length >= seen.asked && (!isLong || taken.includes('/alerts')) && [...store.objects.keys()].some((name) => name.includes('/wal/'))
    while (!isOver() && Date.now() - ended < options.seconds * 2000 + 180_000) await wait(100)
    return {
      moods: [...options.moods], requests: times.length, failures, slowestMilliseconds: quantile(times, 1), othersWaiting, mailsAsked: seen.asked, mailsWhileAway, mailsAfterwards: letters.length,
      drainedSeconds: Math.round((Date.now() - ended) / 100) / 10, alerts: taken.filter((path) => path === '/alerts').length, archivedAgain: [...store.objects.keys()].some((name) => name.includes('/wal/')),
    }
  } finally {
    await installation.remove()
    await Promise.all([smtp.close(), web.close(), store.close()])
  }
}
