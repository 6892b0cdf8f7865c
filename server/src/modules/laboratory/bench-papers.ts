import type { RouteInput } from '#contract/define.ts'
import type { Collection } from '#contract/laboratory-collection.ts'
import type { laboratory } from '#contract/laboratory.ts'
import { unitText } from '#contract/common/units.ts'
import { barcode } from '#kernel/barcodes.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { type Block, type Cell, renderPdf } from '#kernel/papers.ts'
import { message } from '#kernel/text-i18n.ts'
import { localDate, localTime } from '#kernel/zoned-time.ts'
import { type Facility, facilityOf, letterheadOf } from '../organizations/index.ts'
import { ageText, patientsByIds, type PatientRow } from '../patients/index.ts'
import { userNames } from '../people/index.ts'
import { sightOf } from './around.ts'
import { measuredBy } from './ports.ts'
import * as repo from './repo.ts'
import { inRoundOrder } from './round-rules.ts'
import { nameOf, shownCollections } from './rounds.ts'
import * as specimens from './specimens-repo.ts'

type Input<K extends keyof typeof laboratory> = RouteInput<(typeof laboratory)[K]>
type Words = (key: string, values?: Record<string, string>) => string

const wordsIn = (locale: string): Words => (key, values) => message(locale, `laboratory.print.${key}`, values)
const most = 300
const atOf = (instant: string | Date | null, facility: Facility): string => {
  if (instant === null) return ''
  const at = new Date(instant)
  return `${localDate(at, facility.timeZone)} ${localTime(at, facility.timeZone)}`
}

const paperOf = (body: Uint8Array, filename: string) => ({ contentType: 'application/pdf', filename, isInline: true, body })
const personOf = (patient: PatientRow | undefined, facility: Facility, ctx: Ctx): string =>
  patient === undefined ? '' : [patient.mrn, ageText({ birthDate: patient.birth_date, precision: patient.birth_precision }, { today: localDate(ctx.now, facility.timeZone), locale: ctx.locale }), message(ctx.locale, `patients.sex.${patient.sex}`)].filter(Boolean).join(' · ')

/** What stands over the tubes of a round: the ward, the area, or the queue. */
const headingOf = (row: Collection, words: Words): string => (row.place === 'ward' ? (row.plan.ward === '' ? words('noWard') : row.plan.ward) : row.place === 'home' ? [words('homes'), row.plan.postcode].filter(Boolean).join(' · ') : words('queue'))

interface Round {
  rows: Collection[]
  people: ReadonlyMap<string, string>
  facility: Facility
  locale: string
}

async function roundTable(rows: readonly Collection[], { people, facility, locale }: Round, words: Words): Promise<Block> {
  const columns = [{ label: words(rows[0]?.place === 'home' ? 'address' : 'bed'), width: 20 }, { label: words('patient'), width: 26 }, { label: words('tube'), width: 26 }, { label: words('code'), width: 28 }, { label: words('takenAt'), width: 14 }]
  const cells = await Promise.all(rows.map(async (row, index): Promise<Cell[]> => {
    const isSame = rows[index - 1]?.patientId === row.patientId
    const { plan } = row
    const window = plan.at === null ? '' : [atOf(plan.at, facility), plan.until === null ? '' : localTime(new Date(plan.until), facility.timeZone)].filter(Boolean).join('–')
    const where = row.place === 'home' ? [plan.address, plan.phone, window] : [plan.bed, window]
    const urgent = row.priority === 'routine' ? '' : message(locale, `orders.priority.${row.priority}`).toUpperCase()
    return [
      isSame ? '' : { text: where[0] ?? '', note: where.slice(1).filter(Boolean).join(' · ') }, isSame ? '' : { text: row.patientName, isStrong: true, note: people.get(row.patientId) ?? '' },
      { text: [row.container, row.timepoint].filter(Boolean).join(' · '), isStrong: urgent !== '', note: [urgent, row.contents].filter(Boolean).join(' · ') }, { png: await barcode(row.number), widthMm: 38, heightMm: 8, text: row.number }, { text: '', note: plan.attempts === 0 ? '' : words('attempt', { count: String(plan.attempts + 1) }) },
    ]
  }))
  return { kind: 'table', columns, rows: cells }
}

/** The sheet of a round, as it is walked or driven. */
export async function printRound(ctx: Ctx, { query }: Input<'printRound'>) {
  requirePermission(ctx, 'laboratory.collect', query.facilityId)
  const words = wordsIn(ctx.locale)
  const { round, collector } = await withContext(ctx, async (tx) => {
    const found = await specimens.listCollections(tx, query, { limit: most - 1, after: null })
    const shown = await shownCollections(tx, found)
    const [facility, patients, users] = [await facilityOf(tx, query.facilityId), await patientsByIds(tx, [...new Set(shown.map((row) => row.patientId))]), await userNames(tx, query.collectorId === undefined ? [] : [query.collectorId])]
    const sorted = inRoundOrder(shown.map((row) => ({ row, place: row.place, ward: row.plan.ward, bed: row.plan.bed, postcode: row.plan.postcode, address: row.plan.address, patient: `${row.patientName} ${row.patientMrn}`, number: row.number }))).map((one) => one.row)
    return { round: { rows: sorted, facility, locale: ctx.locale, people: new Map(patients.map((patient) => [patient.id, personOf(patient, facility, ctx)])) }, collector: users.get(query.collectorId ?? '') ?? '' }
  })
  const blocks: Block[] = []
  for (const [heading, rows] of Map.groupBy(round.rows, (row) => headingOf(row, words))) blocks.push({ kind: 'text', title: heading, text: '' }, await roundTable(rows, round, words))
  const times = [query.from, query.to].flatMap((at) => (at === undefined ? [] : [atOf(at, round.facility)])).join(' – ')
  const count = words('roundCount', { patients: String(new Set(round.rows.map((row) => row.patientId)).size), tubes: String(round.rows.length) })
  return paperOf(await renderPdf({
    letterhead: letterheadOf(round.facility), title: words('round'), mark: '', language: ctx.locale, signature: words('collector'), foot: [round.facility.name, words('round'), atOf(ctx.now, round.facility)].join(' · '),
    facts: [{ label: words('printed'), value: atOf(ctx.now, round.facility) }, { label: words('collector'), value: collector }, { label: words('time'), value: times }, { label: words('count'), value: count }].filter((fact) => fact.value !== ''),
    blocks: blocks.length === 0 ? [{ kind: 'text', text: words('nothing') }] : blocks,
  }), 'round.pdf')
}

/** The work-list of a bench or an instrument: tube by tube, the urgent first, with where it stands and the values before. */
export async function printWorkList(ctx: Ctx, { query }: Input<'printWorkList'>) {
  requirePermission(ctx, 'laboratory.work', query.facilityId)
  const words = wordsIn(ctx.locale)
  const seen = await withContext(ctx, async (tx) => {
    const measuring = query.instrumentId === undefined ? undefined : await measuredBy(tx, query.instrumentId)
    const rows = await repo.workOnBench(tx, { facilityId: query.facilityId, bench: query.bench ?? '', testIds: measuring?.testIds ?? null, limit: 600 })
    const [facility, patients, previous] = [await facilityOf(tx, query.facilityId), await patientsByIds(tx, [...new Set(rows.map((row) => row.patient_id))]), rows.length === 0 ? [] : await repo.previousOf(tx, rows.map((row) => row.id))]
    const sights = new Map(rows.map((row) => [row.id, sightOf(tx, row)]))
    return { rows, facility, measuring, sights, patients: new Map(patients.map((patient) => [patient.id, patient])), previous: new Map(previous.map((one) => [one.id, one])) }
  })
  const before = (row: (typeof seen.rows)[number]): string => {
    const one = seen.sights.get(row.id) === 'hidden' ? undefined : seen.previous.get(row.id)
    return one === undefined ? '–' : `${[one.value_text, unitText(one.unit)].filter(Boolean).join(' ')} (${localDate(one.collected_at, seen.facility.timeZone)})`
  }
  const tubes = [...Map.groupBy(seen.rows, (row) => row.specimen_id).values()]
  const rows = tubes.flatMap((tests): Cell[][] => tests.map((row, index): Cell[] => {
    const patient = seen.patients.get(row.patient_id)
    const urgent = row.priority === 'routine' ? '' : message(ctx.locale, `orders.priority.${row.priority}`).toUpperCase()
    return index > 0 ? ['', '', '', row.name, before(row), ''] : [row.rack === '' ? '–' : row.rack, { text: row.number, isStrong: true, note: [urgent, atOf(row.collected_at, seen.facility)].filter(Boolean).join(' · ') }, { text: patient === undefined ? '' : nameOf(patient), note: personOf(patient, seen.facility, ctx) }, row.name, before(row), '']
  }))
  const columns = [{ label: words('rack'), width: 11 }, { label: words('specimen'), width: 20 }, { label: words('patient'), width: 24 }, { label: words('test'), width: 22 }, { label: words('previous'), width: 18 }, { label: words('result'), width: 14 }]
  const bench = query.bench === undefined ? '' : message(ctx.locale, `laboratory.bench.${query.bench}`)
  return paperOf(await renderPdf({
    letterhead: letterheadOf(seen.facility), title: words('workList'), mark: '', language: ctx.locale, signature: '', foot: [seen.facility.name, words('workList'), atOf(ctx.now, seen.facility)].join(' · '),
    facts: [{ label: words('printed'), value: atOf(ctx.now, seen.facility) }, { label: words('bench'), value: bench }, { label: words('instrument'), value: seen.measuring?.name ?? '' }, { label: words('count'), value: words('workCount', { tubes: String(tubes.length), tests: String(seen.rows.length) }) }].filter((fact) => fact.value !== ''),
    blocks: rows.length === 0 ? [{ kind: 'text', text: words('nothing') }] : [{ kind: 'table', columns, rows }],
  }), 'work-list.pdf')
}
