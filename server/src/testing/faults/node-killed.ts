import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { stableId } from '../../seed/random.ts'
import { type Caller, type Installation, makeInstallation, quantile, signIn, untilAnswered } from './installation.ts'
import { ask, ownerUrl } from './owner.ts'

export interface NodeKillsReport {
  kills: number
  /** Requests that were on their way when a kill came. */
  cut: number
  /** Until the program served again, 95th percentile. */
  startMillisecondsP95: number
  journeys: number
  wrong: string[]
}

interface Made {
  patientId: string
  encounterId: string
  invoiceId: string
}

const facilityId = stableId(1, 'general:GH1')

interface Callers {
  desk: Caller
  cashier: Caller
}

/** Visit, bill, issue, payment; each step is sent again with its own key until it is answered, as a client on a bad line does. */
async function journey({ desk, cashier }: Callers, serviceId: string, isKeyed: boolean): Promise<Made> {
  // The planted weakness: a retry that cannot be told from a second wish.
  const send = (caller: Caller, path: string, body: unknown) => untilAnswered(caller, path, body, isKeyed ? randomUUID() : undefined)
  const patient = await send(desk, '/patients', { givenName: 'Once', familyName: randomUUID().slice(0, 8).replaceAll(/\d/g, 'y'), sex: 'male', ageYears: 50, facilityId })
  const patientId = String(patient.body['id'])
  const visit = await send(desk, '/encounters', { patientId, facilityId, class: 'outpatient' })
  const draft = await send(cashier, '/invoices', { patientId, facilityId, lines: [{ serviceId, quantity: '1' }] })
  const invoiceId = String(draft.body['id'])
  const issued = await send(cashier, `/invoices/${invoiceId}/issue`, {})
  await send(cashier, `/invoices/${invoiceId}/payments`, { method: 'cash', amount: issued.body['total'] })
  return { patientId, encounterId: String(visit.body['id']), invoiceId }
}

/** What is not there exactly once, or half. */
async function wrongIn(url: string, made: readonly Made[]): Promise<string[]> {
  const count = async (name: string, text: string, expected: number) => {
    const [row] = await ask<{ n: number }>(url, text)
    return row?.n === expected ? [] : [`${name}: ${row?.n} instead of ${expected}`]
  }
  const own = "(select id from patients where given_name = 'Once')"
  return [
    ...(await count('patients', "select count(*)::int as n from patients where given_name = 'Once'", made.length)),
    ...(await count('visits', `select count(*)::int as n from encounters where patient_id in ${own}`, made.length)),
    ...(await count('bills issued', `select count(*)::int as n from invoices where patient_id in ${own} and number is not null`, made.length)),
    ...(await count('payments', `select count(*)::int as n from payments where kind = 'payment' and patient_id in ${own}`, made.length)),
    ...(await count('gaps in the numbers', "select coalesce(sum(gaps), 0)::int as n from (select max(right(number, 6)::int) - min(right(number, 6)::int) + 1 - count(*) as gaps from invoices where number like 'GH1/%' group by tenant_id, left(number, -6)) series", 0)),
    ...(await count('events without their record', "select count(*)::int as n from events e where e.name = 'billing.issued' and not exists (select 1 from invoices i where i.tenant_id = e.tenant_id and i.id = (e.payload ->> 'invoiceId')::uuid and i.number is not null)", 0)),
  ]
}

/** Counts what is answered and what is cut on its way. */
function counting(caller: Caller, life: { answers: number; cut: number }): Caller {
  return {
    ...caller,
    call: async (...request) => {
      const answer = await caller.call(...request)
      if (answer.status !== 0 && answer.status < 500) life.answers += 1
      if (answer.status === 0 && answer.body['cut'] !== 'ECONNREFUSED') life.cut += 1
      return answer
    },
  }
}

/** Kills Node at random moments of visits, bills and payments, starts it again each time, and counts the effects. */
export async function killNodeDuringWork(options: { kills: number; clients: number; isKeyless?: boolean; installation?: Installation }): Promise<NodeKillsReport> {
  const installation = options.installation ?? (await makeInstallation())
  try {
    if (options.installation === undefined) await installation.start()
    const life = { isOver: false, answers: 0, cut: 0 }
    const counted = async (email: string) => counting(await signIn(installation.base, email), life)
    const callers = { desk: await counted('receptionist@general.example'), cashier: await counted('cashier@general.example') }
    const [service] = (await callers.cashier.call('GET', '/services')).body['items'] as { id: string }[]
    const made: Made[] = []
    const client = async () => {
      while (!life.isOver) made.push(await journey(callers, service?.id ?? '', options.isKeyless !== true))
    }
    const working = Array.from({ length: options.clients }, client)
    const starts: number[] = []
    for (let kill = 0; kill < options.kills; kill += 1) {
      const before = life.answers
      await wait(200 + Math.random() * 400)
      // On a slow machine the work has to get somewhere before it is cut again.
      while (life.answers - before < options.clients) await wait(5)
      await wait(Math.random() * 50)
      await installation.kill()
      const killedAt = Date.now()
      await installation.start()
      starts.push(Date.now() - killedAt)
    }
    life.isOver = true
    await Promise.all(working)
    return { kills: options.kills, cut: life.cut, startMillisecondsP95: quantile(starts, 0.95), journeys: made.length, wrong: await wrongIn(ownerUrl(installation.dataDir), made) }
  } finally {
    if (options.installation === undefined) await installation.remove()
  }
}
