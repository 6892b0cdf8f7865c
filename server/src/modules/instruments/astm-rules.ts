import { codeVariants, type Query, type Reading, type ReadMessage } from './readings-rules.ts'

// LIS1-A (ASTM E1381) frames and LIS2-A2 (ASTM E1394) records.
export const astm = { stx: 0x02, etx: 0x03, eot: 0x04, enq: 0x05, ack: 0x06, nak: 0x15, etb: 0x17, lf: 0x0a, cr: 0x0d } as const

/** The two hexadecimal digits over a frame: from its number through ETX or ETB. */
export function checksumOf(bytes: Uint8Array): string {
  let sum = 0
  for (const byte of bytes) sum = (sum + byte) & 0xff
  return sum.toString(16).toUpperCase().padStart(2, '0')
}

export interface Frame {
  number: number
  text: Uint8Array
  isLast: boolean
  isSound: boolean
}

/** Reads a frame without its STX: number, text, ETX or ETB, checksum. */
export function readFrame(bytes: Uint8Array): Frame {
  const end = Math.max(bytes.lastIndexOf(astm.etx), bytes.lastIndexOf(astm.etb))
  const number = (bytes[0] ?? 0) - 0x30
  const given = Buffer.from(bytes.subarray(end + 1, end + 3)).toString('latin1').toUpperCase()
  const isSound = end > 0 && number >= 0 && number <= 7 && checksumOf(bytes.subarray(0, end + 1)) === given
  return { number, text: bytes.subarray(1, Math.max(1, end)), isLast: bytes[end] === astm.etx, isSound }
}

/** Bytes of a text in the character set of an instrument; what is not in it is a question mark, never a control character. */
const bytesOf = (text: string, encoding: string): Uint8Array => (encoding === 'utf-8' ? Buffer.from(text) : Buffer.from(text.replaceAll(/[^\p{ASCII}\u00A0-\u00FF]/gu, '?'), 'latin1'))

/** A text as frames of at most 240 characters, numbered 1 to 7 and then 0 again. */
export function framesOf(text: string, encoding = 'latin1'): Uint8Array[] {
  const bytes = bytesOf(text, encoding)
  const frames: Uint8Array[] = []
  for (let from = 0; from === 0 || from < bytes.length; from += 240) {
    const body = Buffer.concat([Buffer.from(String((frames.length + 1) % 8)), bytes.subarray(from, from + 240), Buffer.of(from + 240 < bytes.length ? astm.etb : astm.etx)])
    frames.push(Buffer.concat([Buffer.of(astm.stx), body, Buffer.from(checksumOf(body)), Buffer.of(astm.cr, astm.lf)]))
  }
  return frames
}

/** A text that is no message of E1394. */
export class AstmError extends Error {}

interface Signs {
  field: string
  repeat: string
  component: string
  escape: string
}

interface Records {
  signs: Signs
  records: string[][]
}

function recordsOf(text: string): Records {
  const lines = text.split(/[\r\n]+/).map((line) => line.replaceAll('\u0000', '')).filter((line) => line.trim() !== '')
  const head = lines[0] ?? ''
  if (!/^H[^A-Za-z0-9\s]/.test(head)) throw new AstmError('no header record')
  const [field = '|', repeat = '\\', component = '^', escape = '&'] = head.slice(1, 5)
  // Some drivers double the backslash.
  const isDoubled = component === repeat || component === field
  const signs = { field, repeat, component: isDoubled ? '^' : component, escape: isDoubled ? '&' : escape }
  return { signs, records: lines.map((line) => line.split(field)) }
}

/** Undoes the escapes of a text (LIS2-A2, 6.6); a sign that stands for itself stays. */
function unescaped(text: string, { field, repeat, component, escape }: Signs): string {
  if (!text.includes(escape)) return text
  const known: Readonly<Record<string, string>> = { F: field, S: component, R: repeat, E: escape }
  const sign = escape.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
  return text.replaceAll(new RegExp(`${sign}(?:([FSRE])|X((?:[0-9A-Fa-f]{2})+))${sign}`, 'g'), (_all, name: string | undefined, hex: string | undefined) => (name === undefined ? Buffer.from(hex ?? '', 'hex').toString('latin1') : (known[name] ?? '')))
}

const partsOf = (text: string | undefined, signs: Signs): string[] => (text ?? '').split(signs.component).map((part) => unescaped(part, signs).trim())

interface Standing {
  patientIds: string[]
  tubes: string[]
  isControl: boolean
}

function readingOf(record: string[], standing: Standing, signs: Signs): Reading {
  const test = partsOf(record[2], signs)
  const value = partsOf(record[3], signs).find((part) => part !== '') ?? ''
  const joined = test.join('^').replace(/^\^+|\^+$/g, '')
  const named = test.filter((part) => part !== '')
  return {
    specimenNumbers: standing.tubes, patientIds: standing.patientIds, codes: codeVariants([joined, named[0] ?? '', test[3] ?? '', test[4] ?? '']), name: named.join(' ').slice(0, 160), value: value.slice(0, 200), unit: (partsOf(record[4], signs)[0] ?? '').slice(0, 40), status: (record[8] ?? '').trim(), comment: '', measuredAt: (record[12] ?? '').trim().slice(0, 26), isControl: standing.isControl,
  }
}

const short = (parts: readonly string[]): string[] => [...new Set(parts.filter((part) => part !== '' && part.length <= 40))]

const repeatsOf = (text: string | undefined, { repeat }: Signs): string[] => (text ?? '').split(repeat).filter((part) => part.trim() !== '')

/** Tubes a request names (LIS2-A2, 12.1.3), each repetition one; ALL asks for every tube. A request that takes back the one before (Q-13 is A) asks nothing. */
function queriesOf(record: string[], signs: Signs): Query[] {
  if (record[12]?.trim() === 'A') return []
  const tests = repeatsOf(record[4], signs).map((test) => partsOf(test, signs).filter((part) => part !== ''))
  const codes = tests.some((parts) => parts.some((part) => part.toUpperCase() === 'ALL')) ? [] : codeVariants(tests.flatMap((parts) => [parts.join('^'), ...parts]))
  return repeatsOf(record[2], signs).map((one) => short(partsOf(one, signs))).filter((names) => names.length > 0).map((names) => ({ names, codes, isAll: names.every((name) => name.toUpperCase() === 'ALL') }))
}

/** The results and questions of a transmission. */
export function readAstm(text: string): ReadMessage {
  const { signs, records } = recordsOf(text)
  const readings: Reading[] = []
  const queries: Query[] = []
  const [header = []] = records
  const isControlRun = (header[11] ?? '').trim() === 'Q'
  let standing: Standing = { patientIds: [], tubes: [], isControl: isControlRun }
  // A comment belongs to the record it stands under (LIS2-A2, 10): one of a patient or an order is not one of the result before it.
  let above: Reading | undefined
  for (const record of records) {
    const kind = record[0]?.trim().slice(0, 1)
    if (kind === 'C') {
      if (above !== undefined) above.comment = [above.comment, partsOf(record[3], signs).filter(Boolean).join(' ')].filter(Boolean).join(' ').slice(0, 1000)
      continue
    }
    above = kind === 'R' ? readingOf(record, standing, signs) : undefined
    if (above !== undefined) readings.push(above)
    else if (kind === 'P') standing = { patientIds: short([record[2] ?? '', record[3] ?? '', record[4] ?? ''].flatMap((field) => partsOf(field, signs))), tubes: [], isControl: isControlRun }
    else if (kind === 'O') standing = { ...standing, tubes: short([...partsOf(record[2], signs), ...partsOf(record[3], signs)]), isControl: isControlRun || (record[11] ?? '').trim() === 'Q' }
    else if (kind === 'Q') queries.push(...queriesOf(record, signs))
  }
  return { type: 'LIS2-A2', controlId: (header[2] ?? '').trim().slice(0, 199), readings, queries }
}
