import { anyOf, anyText, insertMany, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

const columns = ['id', 'version', 'facility_id', 'name', 'protocol', 'encoding', 'listen_port', 'allowed_address', 'send_host', 'send_port', 'is_active', 'created_at'] as const

export interface InstrumentRow {
  id: string
  version: number
  facility_id: string
  name: string
  protocol: string
  encoding: string
  listen_port: number | null
  allowed_address: string
  send_host: string
  send_port: number | null
  is_active: boolean
  created_at: Date
}

export type InstrumentWrite = Omit<InstrumentRow, 'id' | 'version' | 'created_at'>

export function insertInstrument(tx: Tx, instrument: InstrumentWrite): Promise<InstrumentRow> {
  return tx.db.insertInto('instruments').values({ ...instrument, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
}

export function readInstrument(tx: Tx, id: string): Promise<InstrumentRow | undefined> {
  return tx.db.selectFrom('instruments').select(columns).where('id', '=', id).executeTakeFirst()
}

export function lockInstrument(tx: Tx, id: string): Promise<InstrumentRow | undefined> {
  return tx.db.selectFrom('instruments').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function updateInstrument(tx: Tx, row: InstrumentRow, change: Partial<InstrumentWrite>): Promise<InstrumentRow> {
  return tx.db.updateTable('instruments').set({ ...change, version: row.version + 1 }).where('id', '=', row.id).returning(columns).executeTakeFirstOrThrow()
}

export function listInstruments(tx: Tx, facilityId: string | undefined, page: PageRequest): Promise<InstrumentRow[]> {
  let query = tx.db.selectFrom('instruments').select(columns).orderBy('created_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (facilityId !== undefined) query = query.where('facility_id', '=', facilityId)
  return afterCursor(query, page.after, 'created_at', { order: 'desc' }).execute()
}

/** Names of some instruments. */
export function instrumentsByIds(tx: Tx, ids: readonly string[]): Promise<{ id: string; name: string; facility_id: string }[]> {
  return tx.db.selectFrom('instruments').select(['id', 'name', 'facility_id']).where('id', '=', anyOf(ids)).execute()
}

/** Those that listen. */
export function listeningInstruments(tx: Tx): Promise<InstrumentRow[]> {
  return tx.db.selectFrom('instruments').select(columns).where('is_active', '=', true).where('listen_port', 'is not', null).orderBy('created_at').orderBy('id').execute()
}

export interface CodeRow {
  instrument_id: string
  code: string
  test_id: string
  unit: string
  factor: string
}

export function codesOf(tx: Tx, instrumentIds: readonly string[]): Promise<CodeRow[]> {
  return tx.db.selectFrom('instrument_codes').select(['instrument_id', 'code', 'test_id', 'unit', 'factor']).where('instrument_id', '=', anyOf(instrumentIds)).orderBy('instrument_id').orderBy('code').execute()
}

export async function replaceCodes(tx: Tx, instrumentId: string, codes: readonly Omit<CodeRow, 'instrument_id'>[]): Promise<void> {
  await tx.db.deleteFrom('instrument_codes').where('instrument_id', '=', instrumentId).execute()
  await insertMany(tx, 'instrument_codes', { id: 'uuid', instrument_id: 'uuid', code: 'text', test_id: 'uuid', unit: 'text', factor: 'numeric' }, codes.map((code) => ({ ...code, id: newId(), instrument_id: instrumentId })))
}

export async function addCode(tx: Tx, code: CodeRow): Promise<void> {
  await insertMany(tx, 'instrument_codes', { id: 'uuid', instrument_id: 'uuid', code: 'text', test_id: 'uuid', unit: 'text', factor: 'numeric' }, [{ ...code, id: newId() }])
}

const messageColumns = ['id', 'version', 'instrument_id', 'facility_id', 'direction', 'type', 'control_id', 'content', 'answer', 'state', 'error', 'results', 'unmatched', 'attempts', 'received_at'] as const

export interface MessageRow {
  id: string
  version: number
  instrument_id: string
  facility_id: string
  direction: string
  type: string
  control_id: string
  content: string
  answer: string
  state: string
  error: string
  results: number
  unmatched: number
  attempts: number
  received_at: Date
}

export type NewMessage = Omit<MessageRow, 'id' | 'version' | 'attempts' | 'received_at'> & { for_line?: boolean }

export function insertMessage(tx: Tx, message: NewMessage): Promise<MessageRow> {
  return tx.db.insertInto('instrument_messages').values({ ...message, id: newId(), received_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(messageColumns).executeTakeFirstOrThrow()
}

export function readMessage(tx: Tx, id: string): Promise<MessageRow | undefined> {
  return tx.db.selectFrom('instrument_messages').select(messageColumns).where('id', '=', id).executeTakeFirst()
}

export function lockMessage(tx: Tx, id: string): Promise<MessageRow | undefined> {
  return tx.db.selectFrom('instrument_messages').select(messageColumns).where('id', '=', id).forUpdate().executeTakeFirst()
}

/** Orders that wait for the line an instrument opens, the oldest first. */
export function waitingForLine(tx: Tx, instrumentId: string, limit: number): Promise<MessageRow[]> {
  return tx.db.selectFrom('instrument_messages').select(messageColumns).where('instrument_id', '=', instrumentId).where('for_line', '=', true).where('state', '=', 'waiting').orderBy('received_at').orderBy('id').limit(limit).execute()
}

export function updateMessage(tx: Tx, row: MessageRow, change: Partial<Pick<MessageRow, 'state' | 'error' | 'results' | 'unmatched' | 'answer' | 'attempts'>>): Promise<MessageRow> {
  return tx.db.updateTable('instrument_messages').set({ ...change, version: row.version + 1 }).where('id', '=', row.id).returning(messageColumns).executeTakeFirstOrThrow()
}

/** Takes the key of a message; answers the id of the message that had it before, if any. A second one at the same time waits here. */
export async function takeKey(tx: Tx, instrumentId: string, key: string, messageId: string): Promise<string | undefined> {
  const taken = await rawInTenant<{ message_id: string }>(tx, `insert into instrument_message_keys (tenant_id, instrument_id, key, message_id) values ($1, $2, $3, $4) on conflict do nothing returning message_id`, [tx.ctx.tenantId, instrumentId, key, messageId])
  return taken.length > 0 ? undefined : keyHolder(tx, instrumentId, key)
}

export async function keyHolder(tx: Tx, instrumentId: string, key: string): Promise<string | undefined> {
  const row = await tx.db.selectFrom('instrument_message_keys').select(['message_id']).where('instrument_id', '=', instrumentId).where('key', '=', key).executeTakeFirst()
  return row?.message_id
}

export interface MessageFilter {
  instrumentId?: string | undefined
  facilityId?: string | undefined
  state?: string | undefined
}

export function listMessages(tx: Tx, filter: MessageFilter, page: PageRequest): Promise<MessageRow[]> {
  let query = tx.db.selectFrom('instrument_messages').select(messageColumns).orderBy('received_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (filter.instrumentId !== undefined) query = query.where('instrument_id', '=', filter.instrumentId)
  if (filter.facilityId !== undefined) query = query.where('facility_id', '=', filter.facilityId)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  return afterCursor(query, page.after, 'received_at', { order: 'desc' }).execute()
}

/** Orders that wait to be sent, locked; what another run holds is passed over. */
export function lockWaiting(tx: Tx, limit: number): Promise<MessageRow[]> {
  return tx.db.selectFrom('instrument_messages').select(messageColumns).where('state', '=', 'waiting').orderBy('received_at').limit(limit).forUpdate().skipLocked().execute()
}

const binColumns = ['id', 'version', 'instrument_id', 'facility_id', 'message_id', 'reason', 'specimen_number', 'patient_hint', 'code', 'name', 'value', 'unit', 'measured_at', 'state', 'note', 'result_id', 'received_at'] as const

export interface BinRow {
  id: string
  version: number
  instrument_id: string
  facility_id: string
  message_id: string
  reason: string
  specimen_number: string
  patient_hint: string
  code: string
  name: string
  value: string
  unit: string
  measured_at: string
  state: string
  note: string
  result_id: string | null
  received_at: Date
}

const binTypes = { id: 'uuid', instrument_id: 'uuid', facility_id: 'uuid', message_id: 'uuid', reason: 'text', specimen_number: 'text', patient_hint: 'text', code: 'text', name: 'text', value: 'text', unit: 'text', measured_at: 'text', content_key: 'text', received_at: 'timestamptz' } as const

export type NewBinned = Pick<BinRow, 'instrument_id' | 'facility_id' | 'message_id' | 'reason' | 'specimen_number' | 'patient_hint' | 'code' | 'name' | 'value' | 'unit' | 'measured_at'> & { content_key: string | null }

/** Puts rows into the bin, in the order of their keys, and answers how many went in: one whose key is there, or is being put there by another transaction that commits, does not. */
export async function insertBin(tx: Tx, rows: readonly NewBinned[]): Promise<number> {
  if (rows.length === 0) return 0
  const inOrder = rows.toSorted((a, b) => ((a.content_key ?? '') < (b.content_key ?? '') ? -1 : 1)).map((row): Record<string, unknown> => ({ ...row, id: newId(), received_at: tx.ctx.now }))
  const entries = Object.entries(binTypes)
  const names = entries.map(([name]) => `"${name}"`).join(', ')
  const arrays = entries.map(([, type], index) => `$${index + 2}::${type}[]`).join(', ')
  const put = await rawInTenant(tx, `insert into instrument_bin (tenant_id, ${names}) select $1::uuid, ${names} from unnest(${arrays}) as u(${names}) on conflict do nothing returning id`, [tx.ctx.tenantId, ...entries.map(([name]) => inOrder.map((row) => row[name] ?? null))])
  return put.length
}

export function readBin(tx: Tx, id: string): Promise<BinRow | undefined> {
  return tx.db.selectFrom('instrument_bin').select(binColumns).where('id', '=', id).executeTakeFirst()
}

export function lockBin(tx: Tx, id: string): Promise<BinRow | undefined> {
  return tx.db.selectFrom('instrument_bin').select(binColumns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function decideBin(tx: Tx, row: BinRow, change: { state: string; note: string; result_id: string | null }): Promise<BinRow> {
  return tx.db.updateTable('instrument_bin').set({ ...change, decided_at: tx.ctx.now, decided_by: tx.ctx.userId, version: row.version + 1 }).where('id', '=', row.id).returning(binColumns).executeTakeFirstOrThrow()
}

/** What of a message still waits goes, before it is taken again. */
export async function clearWaiting(tx: Tx, messageId: string): Promise<void> {
  await tx.db.deleteFrom('instrument_bin').where('message_id', '=', messageId).where('state', '=', 'waiting').execute()
}

/** Messages of which something waits under a code, the oldest first. */
export async function messagesWaitingFor(tx: Tx, instrumentId: string, code: string, limit: number): Promise<string[]> {
  const rows = await tx.db.selectFrom('instrument_bin').select('message_id').distinct().where('instrument_id', '=', instrumentId).where('code', '=', code).where('state', '=', 'waiting').orderBy('message_id').limit(limit).execute()
  return rows.map((row) => row.message_id)
}

export async function decidedOf(tx: Tx, messageId: string): Promise<Pick<BinRow, 'code' | 'value' | 'specimen_number'>[]> {
  return tx.db.selectFrom('instrument_bin').select(['code', 'value', 'specimen_number']).where('message_id', '=', messageId).where('state', '<>', 'waiting').execute()
}

/** Rows of other messages of an instrument that tell of one of these tubes or times. */
export async function binnedBefore(tx: Tx, by: { instrumentId: string; messageId: string; numbers: readonly string[]; times: readonly string[] }): Promise<Pick<BinRow, 'specimen_number' | 'patient_hint' | 'code' | 'value' | 'unit' | 'measured_at'>[]> {
  return tx.db.selectFrom('instrument_bin').select(['specimen_number', 'patient_hint', 'code', 'value', 'unit', 'measured_at']).where('instrument_id', '=', by.instrumentId).where('message_id', '<>', by.messageId).where((of) => of.or([of.and([of('specimen_number', '=', anyText(by.numbers)), of('specimen_number', '<>', '')]), of.and([of('measured_at', '=', anyText(by.times)), of('measured_at', '<>', '')])])).execute()
}

export function listBin(tx: Tx, filter: MessageFilter, page: PageRequest): Promise<BinRow[]> {
  let query = tx.db.selectFrom('instrument_bin').select(binColumns).orderBy('received_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (filter.instrumentId !== undefined) query = query.where('instrument_id', '=', filter.instrumentId)
  if (filter.facilityId !== undefined) query = query.where('facility_id', '=', filter.facilityId)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  return afterCursor(query, page.after, 'received_at', { order: 'desc' }).execute()
}
