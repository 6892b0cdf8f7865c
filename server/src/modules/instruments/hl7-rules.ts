import { codeVariants, type Query, type Reading, type ReadMessage } from './readings-rules.ts'

/** A message that cannot be taken; `code` is of HL7 table 0357. */
export class Hl7Error extends Error {
  readonly code: string
  constructor(code: string, text: string) {
    super(text)
    this.code = code
  }
}

export interface Delimiters {
  field: string
  component: string
  repeat: string
  escape: string
  sub: string
}

export interface Segment {
  name: string
  fields: string[]
}

export interface Hl7Message {
  delimiters: Delimiters
  segments: Segment[]
}

const mostSegments = 20_000

/** Reads the structure of a message: segments end with CR, LF or both; the delimiters are those of MSH. */
export function parseHl7(text: string): Hl7Message {
  const lines = text.replace(/^\uFEFF/, '').split(/[\r\n]+/).map((line) => line.replaceAll('\u0000', '')).filter((line) => line.trim() !== '')
  const start = lines.findIndex((line) => line.trimStart().startsWith('MSH'))
  const head = lines[start]?.trimStart() ?? ''
  if (start === -1 || head.length < 8) throw new Hl7Error('100', 'no MSH')
  if (lines.length > mostSegments) throw new Hl7Error('207', 'too many segments')
  const [field = '|', component = '^', repeat = '~', escape = '\\', sub = '&'] = head.slice(3, 8)
  if (/[A-Za-z0-9\s]/.test(field) || head[4] === field || head.slice(4).split(field)[0]?.length === 0) throw new Hl7Error('102', 'delimiters of MSH-2')
  const delimiters = { field, component, repeat, escape, sub: sub === field ? '&' : sub }
  // MSH-1 is the delimiter itself: one place is put in so that fields count as the standard does.
  const segments = lines.slice(start).map((line): Segment => {
    const fields = line.trimStart().split(field)
    const name = fields[0] ?? ''
    return { name, fields: name === 'MSH' ? [name, field, ...fields.slice(1)] : fields }
  })
  return { delimiters, segments }
}

const hex = /^X([0-9A-Fa-f]{2,})$/

/** Undoes the escapes of a text: delimiters, line breaks, hexadecimal; what is not known is left out. */
export function unescapeHl7(text: string, { escape, field, component, repeat, sub }: Delimiters): string {
  if (!text.includes(escape)) return text
  const known: Readonly<Record<string, string>> = { F: field, S: component, R: repeat, E: escape, T: sub, '.br': '\n' }
  const parts = text.split(escape)
  return parts.map((part, index) => {
    if (index % 2 === 0 || index === parts.length - 1) return part
    const bytes = hex.exec(part)?.[1]
    return known[part] ?? (bytes === undefined ? '' : Buffer.from(bytes, 'hex').toString('latin1'))
  }).join('')
}

export function escapeHl7(text: string): string {
  return text.replaceAll(/[\\|^~&\r\n]/g, (sign) => ({ '\\': '\\E\\', '|': '\\F\\', '^': '\\S\\', '~': '\\R\\', '&': '\\T\\' })[sign] ?? ' ')
}

/** Field n of a segment, one repetition of it, split into components. */
function components(message: Hl7Message, segment: Segment | undefined, field: number, repetition = 0): string[] {
  const { repeat, component } = message.delimiters
  return (segment?.fields[field]?.split(repeat)[repetition] ?? '').split(component).map((part) => unescapeHl7(part, message.delimiters).trim())
}

const first = (message: Hl7Message, segment: Segment | undefined, field: number, at = 0): string => components(message, segment, field)[at] ?? ''

/** Every name an entity identifier goes by: its first component, and sub-components of it. */
function names(message: Hl7Message, segment: Segment | undefined, field: number, repetition = 0): string[] {
  return components(message, segment, field, repetition).slice(0, 2).flatMap((part) => part.split(message.delimiters.sub)).map((part) => part.trim()).filter((part) => part !== '' && part.length <= 40)
}

export const headerOf = (message: Hl7Message) => {
  const [msh] = message.segments
  return { sendingApplication: msh?.fields[3] ?? '', sendingFacility: msh?.fields[4] ?? '', receivingApplication: msh?.fields[5] ?? '', receivingFacility: msh?.fields[6] ?? '', type: [first(message, msh, 9), first(message, msh, 9, 1)].filter(Boolean).join('^'), controlId: (msh?.fields[10] ?? '').trim().slice(0, 199), processing: first(message, msh, 11), version: first(message, msh, 12), accept: (msh?.fields[15] ?? '').trim(), application: (msh?.fields[16] ?? '').trim() }
}

const patientIdsOf = (message: Hl7Message, pid: Segment): string[] => [...new Set((pid.fields[3] ?? '').split(message.delimiters.repeat).map((one) => one.split(message.delimiters.component)[0]?.trim() ?? '').filter(Boolean))]

/** Types that carry results; the others are taken note of and refused by name. */
const resultTypes = new Set(['ORU', 'OUL'])
const acknowledged = new Set(['ACK', 'ORL', 'ORR', 'MCF'])
const noResult = new Set(['ED', 'RP'])

function valueOf(message: Hl7Message, obx: Segment): { value: string; unit: string } {
  const type = (obx.fields[2] ?? '').trim().toUpperCase()
  const parts = components(message, obx, 5)
  const unit = first(message, obx, 6)
  if (type === 'SN') return { value: [parts[0], parts[1], parts[2], parts[3]].filter(Boolean).join(''), unit }
  if (type === 'CE' || type === 'CWE' || type === 'CNE') return { value: parts[1] || parts[0] || parts[8] || '', unit }
  const whole = (obx.fields[5] ?? '').split(message.delimiters.repeat)[0] ?? ''
  return { value: type === 'NM' || type === '' ? (parts[0] ?? '') : unescapeHl7(whole, message.delimiters).trim(), unit }
}

interface Group {
  tubes: string[]
  patientIds: string[]
  isControl: boolean
  observations: { obx: Segment; notes: string[] }[]
}

// What may stand between an observation and its note (OUL^R22, HL7 2.5.1, 7.3.9).
const besideObservation = new Set(['NTE', 'TCD', 'SID'])

/** Results by order group. In OUL a specimen stands before its orders, in ORU behind its results. Nothing is carried from one patient to the next. */
function groupsOf(message: Hl7Message, isSpecimenFirst: boolean): Group[] {
  const groups: Group[] = []
  const carried: { patient: string[]; specimen: string[]; order: string[]; isControl: boolean } = { patient: [], specimen: [], order: [], isControl: false }
  const open = (tubes: readonly string[]): Group => ({ tubes: [...tubes], patientIds: carried.patient, isControl: isSpecimenFirst && carried.isControl, observations: [] })
  let current = open([])
  let before = ''
  let notes: string[] | undefined
  for (const segment of message.segments) {
    const { name } = segment
    if (!besideObservation.has(name)) notes = undefined
    if (name === 'MSH' || name === 'PID') {
      Object.assign(carried, { patient: name === 'PID' ? patientIdsOf(message, segment) : [], specimen: [], order: [], isControl: false })
      current = open([])
    } else if (name === 'ORC') {
      const order = [...names(message, segment, 2), ...names(message, segment, 3)]
      // In OUL an order stands behind the request it belongs to.
      if (isSpecimenFirst && before === 'OBR') current.tubes.push(...order)
      else carried.order = order
    } else if (name === 'OBR') {
      current = open([...carried.specimen, ...carried.order, ...names(message, segment, 2), ...names(message, segment, 3)])
      carried.order = []
    } else if (name === 'SPM' || name === 'SAC') {
      const tubes = name === 'SPM' ? names(message, segment, 2) : [...names(message, segment, 3), ...names(message, segment, 4)]
      // SPM-11 of a control specimen is Q (HL7 table 0369).
      if (name === 'SPM') carried.isControl = first(message, segment, 11) === 'Q'
      if (isSpecimenFirst) {
        carried.specimen = name === 'SPM' ? tubes : [...carried.specimen, ...tubes]
        current = open(carried.specimen)
      } else {
        current.tubes.push(...tubes)
        if (name === 'SPM') current.isControl = carried.isControl
      }
    } else if (name === 'OBX') {
      if (groups.at(-1) !== current) groups.push(current)
      notes = []
      current.observations.push({ obx: segment, notes })
    } else if (name === 'NTE') notes?.push(unescapeHl7(segment.fields[3] ?? '', message.delimiters))
    before = name
  }
  return groups
}

function readingOf(message: Hl7Message, { obx, notes }: Group['observations'][number], { tubes, patientIds, isControl }: Group): Reading[] {
  const type = (obx.fields[2] ?? '').trim().toUpperCase()
  const parts = components(message, obx, 3)
  const { value, unit } = valueOf(message, obx)
  if (noResult.has(type) || (value === '' && parts.every((part) => part === ''))) return []
  const codes = codeVariants([parts[0] ?? '', parts[3] ?? '', parts[1] ?? ''])
  return [{ specimenNumbers: [...new Set(tubes)], patientIds, codes, name: (parts[1] ?? '').slice(0, 160), value: value.slice(0, 200), unit: unit.slice(0, 40), status: (obx.fields[11] ?? '').trim(), comment: notes.join(' ').trim().slice(0, 1000), measuredAt: (obx.fields[19]?.trim() || obx.fields[14]?.trim() || '').slice(0, 26), isControl }]
}

/** Tubes a query names, each repetition one; IHE LAW asks with WOS_ALL for all that is open. */
function queriesOf(message: Hl7Message, segment: Segment): Query[] {
  const field = segment.name === 'QPD' ? 3 : segment.name === 'QRD' ? 8 : undefined
  if (field === undefined) return []
  const asked = (segment.fields[field] ?? '').split(message.delimiters.repeat).map((_one, repetition) => names(message, segment, field, repetition)).filter((one) => one.length > 0)
  if (segment.name === 'QPD' && first(message, segment, 1) === 'WOS_ALL') return [{ names: [], codes: [], isAll: true }]
  return asked.map((one) => ({ names: one, codes: [], isAll: one[0]?.toUpperCase() === 'ALL' }))
}

/** The results a message carries; throws where it is of no type that is taken here, or lacks what must be there. */
export function readHl7(text: string): ReadMessage & { message: Hl7Message } {
  const message = parseHl7(text)
  const { type, controlId, version, processing } = headerOf(message)
  const [code = '', trigger = ''] = type.split('^')
  if (code === '') throw new Hl7Error('101', 'MSH-9')
  if (controlId === '') throw new Hl7Error('101', 'MSH-10')
  if (!/^2(\.\d)?/.test(version)) throw new Hl7Error('203', 'MSH-12')
  // HL7 table 0103: P is production; D (debugging) and T (training) are not for patients' records. Instruments leave it out as often as not.
  if (processing !== '' && processing !== 'P') throw new Hl7Error('202', 'MSH-11')
  if (acknowledged.has(code)) return { message, type, controlId, readings: [], queries: [] }
  if (code === 'QBP' || code === 'QRY') return { message, type, controlId, readings: [], queries: message.segments.flatMap((one) => queriesOf(message, one)) }
  if (!resultTypes.has(code)) throw new Hl7Error('200', 'MSH-9.1')
  if (trigger === '') throw new Hl7Error('201', 'MSH-9.2')
  return { message, type, controlId, queries: [], readings: groupsOf(message, code === 'OUL').flatMap((group) => group.observations.flatMap((one) => readingOf(message, one, group))) }
}

export interface AckInput {
  code: 'AA' | 'AE' | 'AR' | 'CA' | 'CE' | 'CR'
  /** Of the message that is answered; empty when it could not be read. */
  text: string
  controlId: string
  at: Date
  error?: { code: string; text: string }
}

const stamp = (at: Date): string => at.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)

/** An acknowledgement in the delimiters everybody reads, with ERR where something was wrong. */
export function ackOf({ code, text, controlId, at, error }: AckInput): string {
  let header: ReturnType<typeof headerOf> | undefined
  try {
    header = headerOf(parseHl7(text))
  } catch (failure) {
    if (!(failure instanceof Hl7Error)) throw failure
  }
  const trigger = header?.type.split('^')[1]
  const version = /^2\.\d(\.\d)?$/.test(header?.version ?? '') ? header?.version : '2.5.1'
  const plain = (value: string | undefined) => (value ?? '').replaceAll(/[\r\n|]/g, '').slice(0, 200)
  return [
    `MSH|^~\\&|${plain(header?.receivingApplication) || 'TRIVENI'}|${plain(header?.receivingFacility)}|${plain(header?.sendingApplication)}|${plain(header?.sendingFacility)}|${stamp(at)}||ACK${trigger === undefined ? '' : `^${plain(trigger)}^ACK`}|${controlId}|${plain(header?.processing) || 'P'}|${version}`,
    `MSA|${code}|${plain(header?.controlId)}`,
    ...(error === undefined ? [] : [`ERR||${escapeHl7(error.text)}|${error.code}^${escapeHl7(error.text)}^HL70357|E`]),
  ].join('\r') + '\r'
}

export interface QueryAnswer {
  text: string
  controlId: string
  at: Date
  /** Whether anything waits on the tubes that were asked about. */
  isFound: boolean
}

/** The answer to a query (QBP^Q11): RSP^K11 says whether there is anything; the orders themselves follow as OML^O33, as IHE LAW has it. */
export function queryAnswer({ text, controlId, at, isFound }: QueryAnswer): string {
  const message = parseHl7(text)
  const [head, acknowledged] = ackOf({ code: 'AA', text, controlId, at }).split('\r')
  const query = message.segments.find((segment) => segment.name === 'QPD')
  const { field } = message.delimiters
  const asked = (query?.fields ?? ['QPD']).map((part) => part.slice(0, 500)).join(field).split(field).join('|')
  const tag = query?.fields[2]?.replaceAll(/[|\r\n]/g, '').slice(0, 32) ?? ''
  return [(head ?? '').split('|').map((part, index) => (index === 8 ? 'RSP^K11^RSP_K11' : part)).join('|'), acknowledged ?? '', `QAK|${tag}|${isFound ? 'OK' : 'NF'}${query?.fields[1] === undefined ? '' : `|${query.fields[1].slice(0, 200)}`}`, asked, ''].join('\r')
}

/** What an acknowledgement says, and of which message; undefined where it is none. */
export function acknowledgementIn(text: string): { code: string; of: string } | undefined {
  const message = parseHl7(text)
  const said = message.segments.find((segment) => segment.name === 'MSA')
  return said === undefined || !acknowledged.has(headerOf(message).type.split('^')[0] ?? '') ? undefined : { code: said.fields[1] ?? '', of: (said.fields[2] ?? '').trim() }
}

/** Which acknowledgements a sender asks for: none named is the original mode. MSH-15 asks for the one of receipt, MSH-16 for the one of the work. */
export function ackModes(text: string, isWell: boolean): { isEnhanced: boolean; accept: boolean; application: boolean } {
  const { accept, application } = headerOf(parseHl7(text))
  const asked = (condition: string): boolean => condition === 'AL' || (condition === 'SU' && isWell) || (condition === 'ER' && !isWell)
  const isEnhanced = accept !== '' || application !== ''
  return { isEnhanced, accept: isEnhanced && asked(accept), application: isEnhanced && asked(application) }
}
