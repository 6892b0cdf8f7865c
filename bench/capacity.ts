// What a thousand visits cost: processor time of program and database, disk, memory.
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { stableId } from '../server/src/seed/random.ts'
import { type Caller, makeInstallation, signIn } from '../server/src/testing/faults/installation.ts'
import { ask, ownerUrl } from '../server/src/testing/faults/owner.ts'

const { values } = parseArgs({ options: { visits: { type: 'string', default: '1000' } } })
const visits = Number(values.visits)
const facilityId = stableId(1, 'general:GH1')

const ticksOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index] ?? 0), 0)
}
const parentOf = (pid: string): number => Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1])

/** Processor seconds of a server and of everything below it, ended children included. */
function secondsOf(pid: number): number {
  const own = ticksOf(pid)
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      return parentOf(name) === pid ? [ticksOf(Number(name))] : []
    } catch {
      return []
    }
  })
  return (own + children.reduce((sum, ticks) => sum + ticks, 0)) / 100
}

async function visit(desk: Caller, doctor: Caller, cashier: Caller, serviceId: string): Promise<void> {
  const post = (caller: Caller, path: string, body: unknown) => caller.call('POST', path, { body, key: randomUUID() })
  const patient = await post(desk, '/patients', { givenName: 'Capacity', familyName: randomUUID().slice(0, 8).replaceAll(/\d/g, 'z'), sex: 'female', ageYears: 44, facilityId })
  const patientId = String(patient.body['id'])
  const { body } = await post(desk, '/encounters', { patientId, facilityId, class: 'outpatient' })
  await post(doctor, `/encounters/${String(body['id'])}/vitals`, { systolicMmHg: 124, diastolicMmHg: 82, pulsePerMinute: 76, respirationsPerMinute: 16, temperatureCelsius: 36.8, spo2Percent: 98, weightKg: 61, heightCm: 162 })
  await post(doctor, `/encounters/${String(body['id'])}/notes`, { text: 'Comes with a cough for five days, no fever. Chest clear. Advice and review in a week.' })
  for (const path of [`/patients/${patientId}`, `/patients/${patientId}/timeline`, '/patients?limit=25', `/patients/${patientId}/observations`]) await doctor.call('GET', path)
  const draft = await post(cashier, '/invoices', { patientId, facilityId, lines: [{ serviceId, quantity: '1' }] })
  const issued = await post(cashier, `/invoices/${String(draft.body['id'])}/issue`, {})
  const paid = await post(cashier, `/invoices/${String(draft.body['id'])}/payments`, { method: 'cash', amount: issued.body['total'] })
  if (paid.status !== 201) throw new Error(`a payment answered ${paid.status}`)
}

const installation = await makeInstallation()
await installation.start()
const [desk, doctor, cashier] = await Promise.all(['receptionist', 'doctor', 'cashier'].map((role) => signIn(installation.base, `${role}@general.example`)))
if (desk === undefined || doctor === undefined || cashier === undefined) throw new Error('nobody signed in')
const [service] = (await cashier.call('GET', '/services')).body['items'] as { id: string }[]
const leader = Number(readFileSync(join(installation.dataDir, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0])
const url = ownerUrl(installation.dataDir)
const state = async () => {
  const [row] = await ask<{ bytes: string; log: string }>(url, "select pg_database_size(current_database())::text as bytes, (pg_current_wal_lsn() - '0/0'::pg_lsn)::text as log")
  return { bytes: Number(row?.bytes), log: Number(row?.log), program: secondsOf(installation.pid()), database: secondsOf(leader), at: Date.now() }
}
await Promise.all(Array.from({ length: 8 }, () => visit(desk, doctor, cashier, service?.id ?? '')))
await ask(url, 'checkpoint')
const before = await state()
let left = visits
const worker = async () => {
  while (left > 0) {
    left -= 1
    await visit(desk, doctor, cashier, service?.id ?? '')
  }
}
await Promise.all(Array.from({ length: 8 }, worker))
const after = await state()
const per = 1000 / visits
process.stdout.write(`${JSON.stringify({ visits, programSeconds: Math.round((after.program - before.program) * per * 10) / 10, databaseSeconds: Math.round((after.database - before.database) * per * 10) / 10, databaseMegabytes: Math.round(((after.bytes - before.bytes) / 2 ** 20) * per * 10) / 10, logMegabytes: Math.round(((after.log - before.log) / 2 ** 20) * per * 10) / 10, residentMegabytes: Math.round(installation.residentMegabytes()), wallSeconds: Math.round((after.at - before.at) / 100) / 10 })}\n`)
await installation.remove()
