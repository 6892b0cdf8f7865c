import { escapeHl7 } from './hl7-rules.ts'

/** A tube as an instrument is told of it: its tests under the names of the driver. */
export interface InstrumentOrder {
  number: string
  patientMrn: string
  patientName: string
  birthDate: string | null
  sex: string
  specimenType: string
  collectedAt: Date | null
  receivedAt: Date | null
  tests: { code: string; name: string; priority: string }[]
}

const stamp = (at: Date | null): string => at?.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14) ?? ''
const day = (date: string | null): string => (date ?? '').replaceAll('-', '')
const sexes: Readonly<Record<string, string>> = { female: 'F', male: 'M' }
// S at once, A as soon as possible, R routine: HL7 table 0485 and LIS2-A2 O-6.
const priorities: Readonly<Record<string, string>> = { stat: 'S', urgent: 'A' }
const priorityOf = (priority: string): string => priorities[priority] ?? 'R'
// HL7 table 0487.
const specimenTypes: Readonly<Record<string, string>> = { serum: 'SER', plasma: 'PLAS', 'whole blood': 'BLD', 'arterial blood': 'BLDA', urine: 'UR', sputum: 'SPT', 'pus swab': 'PUS', stool: 'STL', 'cerebrospinal fluid': 'CSF', tissue: 'TISS', fluid: 'FLU' }

/** The tests of a tube as OML^O33 (HL7 2.5.1): specimen first, an order for each test with its priority. */
export function omlOrder(order: InstrumentOrder, { controlId, at }: { controlId: string; at: Date }): string {
  const name = escapeHl7(order.patientName).replace(/ ([^ ]+)$/, '^$1').split('^').toReversed().join('^')
  const specimen: string[] = []
  Object.assign(specimen, { 0: 'SPM', 1: '1', 2: escapeHl7(order.number), 4: `${specimenTypes[order.specimenType.toLowerCase()] ?? ''}^${escapeHl7(order.specimenType)}^HL70487`, 17: stamp(order.collectedAt), 18: stamp(order.receivedAt) })
  return [
    `MSH|^~\\&|TRIVENI||||${stamp(at)}||OML^O33^OML_O33|${controlId}|P|2.5.1|||AL|NE||UNICODE UTF-8`, `PID|1||${escapeHl7(order.patientMrn)}||${name}||${day(order.birthDate)}|${sexes[order.sex] ?? 'U'}`, specimen.join('|').replace(/\|+$/, ''),
    ...order.tests.flatMap((test, index) => [`ORC|NW|${escapeHl7(order.number)}-${index + 1}`, `TQ1|1||||||||${priorityOf(test.priority)}`, `OBR|${index + 1}|${escapeHl7(order.number)}-${index + 1}||${escapeHl7(test.code)}^${escapeHl7(test.name)}`]), '',
  ].join('\r')
}

// Control characters would end a frame, delimiters a field.
const plain = (text: string): string => text.replaceAll(/[|\\^&]|\p{Cc}/gu, ' ').trim()

/** Orders as one transmission; an order record for each priority of a tube. With none it says that there is no information (LIS2-A2, 13.1.3: I). */
export function astmOrders(orders: readonly InstrumentOrder[], { at, isAnswer }: { at: Date; isAnswer: boolean }): string {
  const known = orders.filter((order) => order.tests.length > 0)
  const records = known.flatMap((order, index) => [
    `P|${index + 1}||${plain(order.patientMrn)}||${plain(order.patientName)}||${day(order.birthDate)}|${sexes[order.sex] ?? 'U'}`,
    ...[...Map.groupBy(order.tests, (test) => priorityOf(test.priority))].map(([priority, tests], place) => `O|${place + 1}|${plain(order.number)}||${tests.map((test) => `^^^${plain(test.code)}`).join('\\')}|${priority}||||||A||||||||||||||${isAnswer ? 'Q' : 'O'}`),
  ])
  return [`H|\\^&|||TRIVENI|||||||P|LIS2-A2|${stamp(at)}`, ...records, `L|1|${known.length === 0 ? 'I' : 'N'}`, ''].join('\r')
}
