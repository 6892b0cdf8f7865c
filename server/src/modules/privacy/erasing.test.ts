import { beforeAll, describe, expect, it } from 'vitest'
import { privacy } from '#contract/privacy.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'

let hospital: TestHospital
let admin: TestClient<typeof privacy>
let patientId = ''
const words = 'Forgettable words'

/** Where somebody may have written about a person: the columns of each table that hold words of people. */
const written: Record<string, string[]> = {
  orders: ['indication', 'timing', 'reason'], order_items: ['instructions'],
  specimens: ['reason'], results: ['comment', 'reason'], result_versions: ['comment', 'reason'],
  alerts: ['title', 'detail', 'note', 'told_name', 'read_back'],
  prescriptions: ['cancel_reason'], prescription_items: ['dosage', 'frequency'], dispenses: ['counselling_note'], dispense_items: ['reason'],
  sales: ['customer_name', 'prescriber', 'reason'], safety_overrides: ['message', 'alert_key', 'reason'],
  stock_documents: ['reason', 'reference'], stock_movements: ['reason'], care_team: ['reason'], break_glass: ['reason', 'review_note'], consents: ['given_name', 'withdrawal_reason', 'recipient'], patient_labels: ['reason', 'end_reason'],
  invoices: ['cancel_reason'], charges: ['cancel_reason'], payments: ['reference', 'reason'], credit_notes: ['reason'], deposits: ['reference'],
}

/** Past every guard: what is planted has no other way in. */
async function unguarded(statement: string, values: readonly unknown[]): Promise<void> {
  await hospital.query('set session_replication_role = replica')
  await hospital.query(statement, values)
  await hospital.query('set session_replication_role = origin')
}

const values: Record<string, string> = { uuid: 'gen_random_uuid()', text: "'x'", numeric: '1', integer: '1', date: "date '2010-01-01'", 'timestamp with time zone': "timestamptz '2010-01-01'", boolean: 'false', jsonb: "'{}'" }
const sums = { taxable: '0', total: '2' }
const fitting: Record<string, Record<string, string>> = {
  prescriptions: { state: "'draft'" }, prescription_items: { system: "'allopathy'" }, sales: { ...sums, kind: "'sale'" }, credit_notes: sums, invoices: { ...sums, kind: "'bill-of-supply'", state: "'draft'" }, payments: { kind: "'payment'", method: "'cash'" },
  stock_movements: { kind: "'dispense'" }, care_team: { relation: "'care-team'" }, break_glass: { ends_at: "timestamptz '2010-01-01 01:00Z'" }, consents: { purpose: "'family'", recipient_kind: "'person'", scope: "'{clinical}'", given_by: "'guardian'", given_name: "'x'" }, patient_labels: { label: "'vip'", ended_at: "timestamptz '2011-01-01'" },
  alerts: { severity: "'info'", state: "'acknowledged'", acknowledged_at: 'now()' },
}

/** A row that the constraints of a table take, about this patient. */
async function plantRow(table: string): Promise<void> {
  const columns = await hospital.query<{ name: string; type: string }>("select column_name as name, data_type as type from information_schema.columns where table_schema = 'public' and table_name = $1 and is_nullable = 'NO' and column_default is null", [table])
  const given: Record<string, string> = { ...Object.fromEntries(columns.map(({ name, type }) => [name, values[type] ?? 'null'])), ...fitting[table], tenant_id: `'${hospital.tenantId}'`, patient_id: `'${patientId}'`, facility_id: `'${hospital.facilityId}'` }
  if (!columns.some(({ name }) => name === 'facility_id')) delete given['facility_id']
  await unguarded(`insert into "${table}" (${Object.keys(given).join(', ')}) values (${Object.values(given).join(', ')})`, [])
}

async function plant(): Promise<void> {
  for (const [table, columns] of Object.entries(written)) {
    const rows = await hospital.query(`select 1 from "${table}" where patient_id = $1 limit 1`, [patientId])
    if (rows.length === 0) await plantRow(table)
    await unguarded(`update "${table}" set ${columns.map((column) => `${column} = $2`).join(', ')} where patient_id = $1`, [patientId, words])
  }
  await unguarded("update results set value_number = null, value_text = $2, detail = jsonb_build_object('diagnosis', $2::text) where patient_id = $1", [patientId, words])
}

/** What an analyser said about a tube of the patient, and about a tube of somebody else. */
async function plantMessages(): Promise<void> {
  const [own] = await hospital.query<{ number: string; created_at: Date }>('select number, created_at from specimens where patient_id = $1 order by created_at limit 1', [patientId])
  const instrumentId = '01a1fc2d-1507-7b51-846e-c138651e46ba'
  await unguarded('insert into instruments (tenant_id, id, facility_id, name, protocol, created_at) values ($1, $2, $3, $4, $5, now())', [hospital.tenantId, instrumentId, hospital.facilityId, 'Line', 'hl7'])
  for (const [id, content] of [['01a1fc2d-1507-7b51-846e-c138651e46bb', `PID|1||x||${words}\rSPM|1|${own?.number}`], ['01a1fc2d-1507-7b51-846e-c138651e46bc', 'PID|1||y||Somebody\rSPM|1|ANOTHER-TUBE']]) {
    await unguarded("insert into instrument_messages (tenant_id, id, instrument_id, facility_id, direction, content, state, received_at) values ($1, $2, $3, $4, 'in', $5, 'waiting', $6)", [hospital.tenantId, id, instrumentId, hospital.facilityId, content, own?.created_at])
    await unguarded("insert into instrument_bin (tenant_id, id, instrument_id, facility_id, message_id, reason, value, received_at) values ($1, $2, $3, $4, $2, 'no_tube', $5, $6)", [hospital.tenantId, id, instrumentId, hospital.facilityId, content, own?.created_at])
  }
}

beforeAll(async () => {
  hospital = await testHospital({ patients: 20, withCare: true })
  admin = await hospital.as(privacy, 'admin')
  const [row] = await hospital.query<{ id: string }>("select r.patient_id as id from results r where r.tenant_id = $1 and r.state = 'released' limit 1", [hospital.tenantId])
  patientId = row?.id ?? ''
})

async function forget(): Promise<{ state: string; erased: string[] }> {
  for (const [table, column] of [['patients', 'registered_at'], ['encounters', 'opened_at'], ['encounters', 'closed_at']] as const) await unguarded(`update "${table}" set ${column} = ${column} - interval '40 years' where ${table === 'patients' ? 'id' : 'patient_id'} = $1`, [patientId])
  await unguarded("update patients set birth_date = '1950-01-01' where id = $1", [patientId])
  await unguarded("update invoices set issued_on = issued_on - 14610 where patient_id = $1", [patientId])
  const { id } = (await (await hospital.as(privacy, 'receptionist')).receiveRequest({ body: { patientId, kind: 'erasure', details: 'I left' } })).body
  await admin.approveRequest({ params: { id }, body: {} })
  const done = (await admin.completeRequest({ params: { id }, body: {} })).body
  return { state: done.state, erased: done.erased }
}

async function stillWritten(): Promise<string[]> {
  const found: string[] = []
  if ((await hospital.query(`select 1 from instrument_messages where content like '%${words}%' union all select 1 from instrument_bin where value like '%${words}%'`)).length > 0) found.push('instruments')
  for (const table of Object.keys(written)) if ((await hospital.query(`select 1 from "${table}" t where t.patient_id = $1 and t::text like '%${words}%' limit 1`, [patientId])).length > 0) found.push(table)
  return found
}

describe('what was written about a patient who is erased', () => {
  it('is no more in any module, and what was found and done is still counted', async () => {
    await plant()
    await plantMessages()
    expect(await stillWritten()).toEqual(['instruments', ...Object.keys(written)])
    const numbers = () => hospital.query<{ n: number }>("select count(*)::int as n from result_versions where patient_id = $1 and (value_number is not null or flag <> '')", [patientId])
    const before = await numbers()
    expect(await forget()).toEqual({ state: 'done', erased: ['contact', 'clinical', 'billing', 'identity'] })
    expect(await stillWritten()).toEqual([])
    expect(await hospital.query("select content from instrument_messages order by content")).toEqual([{ content: 'Erased' }, { content: expect.stringContaining('Somebody') }])
    expect(await numbers()).toEqual(before)
  })

  it('leaves final rows final: a number of the erased, and the words of anybody else', async () => {
    const [own] = await hospital.query<{ id: string }>('select id from result_versions where patient_id = $1 limit 1', [patientId])
    await expect(hospital.query('update result_versions set value_number = 7 where id = $1', [own?.id])).rejects.toThrow('append only')
    await expect(hospital.query("update result_versions set comment = 'other words' where id = $1", [own?.id])).rejects.toThrow('append only')
    await expect(hospital.query("update result_versions set reason = '', comment = 'Erased' where patient_id <> $1", [patientId])).rejects.toThrow('append only')
    const [other] = await hospital.query<{ id: string }>('select id from patients where tenant_id = $1 and id <> $2 limit 1', [hospital.tenantId, patientId])
    await unguarded('update payments set patient_id = $1', [other?.id])
    await expect(hospital.query("update payments set reference = 'Erased'")).rejects.toThrow('this row is final')
  })
})
