import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { stableId } from '../../seed/random.ts'
import { type Caller, type Installation, makeInstallation, quantile, signIn } from './installation.ts'
import { ask, ownerUrl } from './owner.ts'
import { type Outage, partsOf, type RecoveryParts } from './recovery-parts.ts'

export interface KillsOptions {
  kills: number
  perSecond: number
  secondsBetween: number
  /** The planted weakness: a COMMIT that does not wait for the disk. */
  isCareless?: boolean
  /** One that is started already; otherwise one is made and removed. */
  installation?: Installation
}

export interface KillsReport {
  acknowledged: number
  perSecond: number
  lost: string[]
  broken: string[]
  readyMillisecondsP95: number
  readyMillisecondsMost: number
  parts: RecoveryParts
  kills: number
  answers: Record<string, number>
}

interface Written {
  /** How registrations were answered, by status; 0 is a cut connection. */
  answers: Record<string, number>
  patients: string[]
  visits: { id: string; patientId: string }[]
  bills: { id: string; paymentId: string }[]
}

const general = () => ({ facilityId: stableId(1, 'general:GH1') })

interface Callers {
  desk: Caller
  cashier: Caller
  serviceId: string
}

/** One patient with a visit, and each fourth with a bill that is paid; what was acknowledged is written down. */
async function journey(callers: Callers, written: Written, isBilled: boolean): Promise<void> {
  const { desk, cashier, serviceId } = callers
  const registered = await desk.call('POST', '/patients', { body: { givenName: 'Fault', familyName: randomUUID().slice(0, 8).replaceAll(/\d/g, 'x'), sex: 'female', ageYears: 40, ...general() }, key: randomUUID() })
  written.answers[registered.status] = (written.answers[registered.status] ?? 0) + 1
  if (registered.status !== 201) return
  const patientId = String(registered.body['id'])
  written.patients.push(patientId)
  if (!isBilled) return
  const opened = await desk.call('POST', '/encounters', { body: { patientId, class: 'outpatient', ...general() }, key: randomUUID() })
  if (opened.status === 201) written.visits.push({ id: String(opened.body['id']), patientId })
  const drafted = await cashier.call('POST', '/invoices', { body: { patientId, ...general(), lines: [{ serviceId, quantity: '1' }] }, key: randomUUID() })
  if (drafted.status !== 201) return
  const issued = await cashier.call('POST', `/invoices/${String(drafted.body['id'])}/issue`, { body: {}, key: randomUUID() })
  if (issued.status !== 200) return
  const paid = await cashier.call('POST', `/invoices/${String(drafted.body['id'])}/payments`, { body: { method: 'cash', amount: issued.body['total'] }, key: randomUUID() })
  if (paid.status === 201) written.bills.push({ id: String(drafted.body['id']), paymentId: String((paid.body['payment'] as { id?: string } | undefined)?.id) })
}

async function missing(url: string, table: string, ids: readonly string[]): Promise<string[]> {
  const rows = await ask<{ id: string }>(url, `select i.id::text as id from unnest($1::uuid[]) i(id) where not exists (select 1 from ${table} t where t.id = i.id)`, [ids])
  return rows.map((row) => `${table} ${row.id}`)
}

const invariants: Record<string, string> = {
  'issued bill without a number or lines': "select count(*)::int as n from invoices i where i.state <> 'draft' and (i.number is null or not exists (select 1 from invoice_lines l where l.tenant_id = i.tenant_id and l.invoice_id = i.id))",
  'number used twice': 'select count(*)::int as n from (select 1 from invoices where number is not null group by tenant_id, number having count(*) > 1) d',
  'payment without its bill': 'select count(*)::int as n from payments p where p.invoice_id is not null and not exists (select 1 from invoices i where i.tenant_id = p.tenant_id and i.id = p.invoice_id)',
  'patient without audit': "select count(*)::int as n from patients p where p.given_name = 'Fault' and not exists (select 1 from audit_entries a where a.tenant_id = p.tenant_id and a.subject_id = p.id and a.action = 'row.insert')",
  'patient that cannot be found': "select count(*)::int as n from patients p where p.given_name = 'Fault' and not exists (select 1 from search_pairs s where s.tenant_id = p.tenant_id and s.subject = p.id)",
}

async function check(url: string, written: Written): Promise<Pick<KillsReport, 'lost' | 'broken'>> {
  const lost = [
    ...(await missing(url, 'patients', written.patients)),
    ...(await missing(url, 'encounters', written.visits.map((visit) => visit.id))),
    ...(await missing(url, 'invoices', written.bills.map((bill) => bill.id))),
    ...(await missing(url, 'payments', written.bills.map((bill) => bill.paymentId))),
  ]
  const broken: string[] = []
  for (const [name, text] of Object.entries(invariants)) {
    const [row] = await ask<{ n: number }>(url, text)
    if ((row?.n ?? 0) > 0) broken.push(`${name}: ${row?.n}`)
  }
  return { lost, broken }
}

/** From the kill to the first read that the database answered; that the process says it is ready proves little, it may not have noticed. */
async function untilAnswering(installation: Installation, desk: Caller): Promise<Outage> {
  const killedAt = Date.now()
  while ((await desk.call('GET', '/patients?limit=1')).status !== 200) await wait(20)
  await installation.untilReady()
  return { killedAt, answeredAt: Date.now() }
}

const leastBetween = 20

/** Kills the database again and again while patients, visits and bills are written at a steady pace. */
export async function killDatabaseUnderLoad(options: KillsOptions): Promise<KillsReport> {
  const installation = options.installation ?? (await makeInstallation(options.isCareless === true ? { TRIVENI_TEST_FAST_DISK: '1' } : {}))
  try {
    if (options.installation === undefined) await installation.start()
    const callers = await signedIn(installation)
    const written: Written = { answers: {}, patients: [], visits: [], bills: [] }
    const life = { isOver: false, began: Date.now(), sent: 0 }
    const open = new Set<Promise<void>>()
    const pace = (async () => {
      while (!life.isOver) {
        // A billed journey writes five times, the others once: eight writes in four journeys.
        const due = ((Date.now() - life.began) / 1000) * (options.perSecond / 2)
        while (life.sent < due && open.size < 200) {
          life.sent += 1
          const one = journey(callers, written, life.sent % 4 === 0).finally(() => open.delete(one))
          open.add(one)
        }
        if (open.size >= 200) life.sent = Math.max(life.sent, Math.floor(due))
        await wait(5)
      }
    })()
    const outages: Outage[] = []
    const acknowledged = () => written.patients.length + written.visits.length + written.bills.length * 3
    // On a slow machine the work has to get somewhere before it is cut, and again afterwards.
    const untilMore = async (than: number) => {
      while (acknowledged() < than + leastBetween || open.size === 0) await wait(5)
    }
    for (let kill = 0; kill < options.kills; kill += 1) {
      const before = acknowledged()
      await wait(options.secondsBetween * 1000)
      await untilMore(before)
      installation.killDatabase()
      outages.push(await untilAnswering(installation, callers.desk))
    }
    const after = acknowledged()
    await wait(options.secondsBetween * 500)
    await untilMore(after)
    if (options.isCareless === true) installation.killDatabase()
    life.isOver = true
    await pace
    await Promise.all(open)
    const seconds = (Date.now() - life.began) / 1000
    await installation.untilReady()
    const ready = outages.map(({ killedAt, answeredAt }) => answeredAt - killedAt)
    return {
      acknowledged: acknowledged(), perSecond: Math.round(acknowledged() / seconds), ...(await check(ownerUrl(installation.dataDir), written)), readyMillisecondsP95: quantile(ready, 0.95), readyMillisecondsMost: Math.max(...ready),
      parts: partsOf(installation.dataDir, outages), kills: options.kills, answers: written.answers,
    }
  } finally {
    if (options.installation === undefined) await installation.remove()
  }
}

async function signedIn(installation: Installation): Promise<Callers> {
  const desk = await signIn(installation.base, 'receptionist@general.example')
  const cashier = await signIn(installation.base, 'cashier@general.example')
  const services = await cashier.call('GET', '/services')
  const [service] = services.body['items'] as { id: string }[]
  return { desk, cashier, serviceId: service?.id ?? '' }
}
