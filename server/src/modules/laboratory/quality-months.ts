import type { RouteInput } from '#contract/define.ts'
import type { laboratory } from '#contract/laboratory.ts'
import { unitText } from '#contract/common/units.ts'
import type { QualityMonth } from '#contract/laboratory-quality.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { type Block, renderPdf } from '#kernel/papers.ts'
import { csvLine } from '#kernel/text.ts'
import { message } from '#kernel/text-i18n.ts'
import { addDays, localDate, localTime } from '#kernel/zoned-time.ts'
import { facilityOf, letterheadOf } from '../organizations/index.ts'
import { testsByIds } from './catalogue-repo.ts'
import { plainNumber } from './number-rules.ts'
import { instrumentNames } from './ports.ts'
import { rulesOf, stateOf } from './quality.ts'
import { figuresOf } from './quality-month-rules.ts'
import * as repo from './quality-months-repo.ts'
import { pointsOf } from './quality-repo.ts'
import { periodOf } from './statistics.ts'
import { westgardRules } from './westgard-rules.ts'

type Query = RouteInput<(typeof laboratory)['qualityMonth']>['query']
type Month = Awaited<ReturnType<typeof monthOf>>
type Words = (key: string) => string

const levels = ['low', 'normal', 'high']

const aimOf = (item: QualityMonth): number => Number(item.target ?? item.mean ?? 0)
const lastDay = (month: string): string => addDays(`${addDays(`${month}-28`, 4).slice(0, 7)}-01`, -1)

async function monthOf(tx: Tx, query: Query) {
  const { instrumentId } = query
  const period = await periodOf(tx, { facilityId: query.facilityId, from: `${query.month}-01`, to: lastDay(query.month) })
  const filter = { ...period, instrumentId: instrumentId === 'by-hand' ? null : instrumentId, withRejected: query.withRejected === 'true' }
  const [rows, events, counts] = await Promise.all([repo.monthOf(tx, filter), repo.eventsOf(tx, filter), repo.runsOf(tx, filter)])
  const [tests, points, names] = await Promise.all([testsByIds(tx, [...new Set([...rows, ...events].map((row) => row.test_id))]), pointsOf(tx, events.map((row) => row.id)), instrumentNames(tx, [...rows, ...events].map((row) => row.instrument_id))])
  const test = new Map(tests.map((one) => [one.id, one]))
  const ofRun = Map.groupBy(points, (point) => point.run_id)
  const nameOf = (id: string | null) => names.get(id ?? '') ?? ''
  const items = rows.map((row): QualityMonth => ({
    testId: row.test_id, code: test.get(row.test_id)?.code ?? '', testName: test.get(row.test_id)?.name ?? '', unit: test.get(row.test_id)?.unit ?? '', instrumentId: row.instrument_id, instrumentName: nameOf(row.instrument_id),
    lotId: row.lot_id, material: row.material, lotNumber: row.lot_number, level: row.level, measured: row.measured, n: row.n, rejected: row.rejected, ...figuresOf(row, test.get(row.test_id)?.decimals ?? null),
    violations: westgardRules.flatMap((rule) => { const count = row.violations[rule] ?? 0; return count === 0 ? [] : [{ rule, count }] }),
  }))
  return {
    ...counts,
    items: items.toSorted((a, b) => Number(a.instrumentId === null) - Number(b.instrumentId === null) || a.instrumentName.localeCompare(b.instrumentName) || a.testName.localeCompare(b.testName) || a.lotNumber.localeCompare(b.lotNumber) || aimOf(a) - aimOf(b)),
    events: events.map((row) => ({
      runId: row.id, testName: test.get(row.test_id)?.name ?? '', instrumentId: row.instrument_id, instrumentName: nameOf(row.instrument_id), measuredAt: row.measured_at.toISOString(), state: stateOf(row.state), broken: rulesOf(row.broken), action: row.action,
      points: (ofRun.get(row.id) ?? []).toSorted((a, b) => a.level.localeCompare(b.level)).map((point) => ({ lotId: point.lot_id, level: point.level, value: plainNumber(point.value) ?? '', z: Number(point.z) })),
    })),
  }
}

export function qualityMonth(ctx: Ctx, { query }: { query: Query }) {
  requirePermission(ctx, 'laboratory.read', query.facilityId)
  return withContext(ctx, (tx) => monthOf(tx, query))
}

const wordsOf = (ctx: Ctx): Words => (key) => message(ctx.locale, `laboratory.qualityMonth.${key}`, {}, message(ctx.locale, `laboratory.${key}`))
const times = (item: QualityMonth): string => item.violations.map((one) => (one.count === 1 ? one.rule : `${one.rule} × ${one.count}`)).join(', ')
const levelOf = (words: Words, level: string): string => (levels.includes(level.trim().toLowerCase()) ? words(`quality.level.${level.trim().toLowerCase()}`) : level)

function tablesOf(month: Month, words: Words): Block[] {
  const columns = [['test', 18], ['lot', 16], ['n', 7], ['target', 14], ['mean', 9], ['sd', 8], ['cv', 7], ['bias', 8], ['violations', 14]] as const
  return [...Map.groupBy(month.items, (item) => item.instrumentName)].flatMap(([instrument, items]): Block[] => [
    { kind: 'text', title: instrument === '' ? words('byHand') : instrument, text: '' },
    {
      kind: 'table', columns: columns.map(([key, width]) => ({ label: words(key), width, isNumber: !['test', 'lot', 'violations'].includes(key) })),
      rows: items.map((item) => [
        { text: item.testName, note: unitText(item.unit) }, { text: levelOf(words, item.level), note: `${item.material} ${item.lotNumber}` }, item.n === item.measured ? String(item.n) : `${item.n}/${item.measured}`,
        item.target === null ? '–' : `${item.target} ± ${item.targetSd ?? ''}`, item.mean ?? '–', item.sd ?? '–', item.cvPercent ?? '–', item.biasPercent ?? '–', { text: times(item), ...(item.rejected === 0 ? {} : { note: `${words('rejected')}: ${item.rejected}` }) },
      ]),
    },
  ])
}

function eventsOf(month: Month, words: Words, timeZone: string): Block[] {
  if (month.events.length === 0) return []
  const at = (instant: string) => `${localDate(new Date(instant), timeZone)} ${localTime(new Date(instant), timeZone)}`
  const columns = [['date', 16], ['test', 22], ['measured', 22], ['violations', 14], ['action', 26]] as const
  return [
    { kind: 'text', title: words('events'), text: '' },
    { kind: 'table', columns: columns.map(([key, width]) => ({ label: words(key), width })), rows: month.events.map((event) => [at(event.measuredAt), { text: event.testName, note: event.instrumentName === '' ? words('byHand') : event.instrumentName }, event.points.map((one) => `${levelOf(words, one.level)} ${one.value} (${one.z.toFixed(1)} s)`).join('\n'), { text: event.broken.join(', '), isStrong: event.state === 'rejected', note: words(`run.${event.state}`) }, event.action === '' ? words('noAction') : event.action]) },
  ]
}

export async function printQualityMonth(ctx: Ctx, { query }: { query: Query }) {
  requirePermission(ctx, 'laboratory.read', query.facilityId)
  const { month, facility } = await withContext(ctx, async (tx) => ({ month: await monthOf(tx, query), facility: await facilityOf(tx, query.facilityId) }))
  const words = wordsOf(ctx)
  const body = await renderPdf({
    letterhead: letterheadOf(facility), title: words('title'), mark: '', language: ctx.locale,
    facts: [{ label: words('month'), value: query.month }, { label: words('runs'), value: String(month.runs) }, { label: words('printed'), value: localDate(ctx.now, facility.timeZone) }, { label: words('rejected'), value: String(month.rejected) }],
    blocks: [...tablesOf(month, words), { kind: 'text', isSmall: true, text: words(query.withRejected === 'true' ? 'withRejected' : 'withoutRejected') }, ...eventsOf(month, words, facility.timeZone)],
    signature: words('signature'), foot: [facility.name, query.month].join(' · '),
  })
  return { contentType: 'application/pdf', filename: `quality-${query.month}.pdf`, isInline: true, body }
}

const csvColumns = ['code', 'test', 'unit', 'instrument', 'material', 'lot', 'level', 'measured', 'n', 'mean', 'sd', 'cv', 'target', 'targetSd', 'biasValue', 'bias', ...westgardRules, 'rejected'] as const

export async function exportQualityMonth(ctx: Ctx, { query }: { query: Query }) {
  requirePermission(ctx, 'laboratory.read', query.facilityId)
  const { items } = await withContext(ctx, (tx) => monthOf(tx, query))
  const words = wordsOf(ctx)
  const head = csvColumns.map((key) => (westgardRules.some((rule) => rule === key) ? key : words(key)))
  // Words are guarded against spreadsheets that take them for formulas; a bias below zero is a number and stays one.
  const lines = items.map((item) => {
    const words = csvLine([item.code, item.testName, item.unit, item.instrumentName, item.material, item.lotNumber, item.level]).trimEnd()
    const numbers = [item.measured, item.n, item.mean, item.sd, item.cvPercent, item.target, item.targetSd, item.bias, item.biasPercent, ...westgardRules.map((rule) => item.violations.find((one) => one.rule === rule)?.count ?? 0), item.rejected]
    return `${[words, ...numbers.map((value) => value ?? '')].join(',')}\r\n`
  })
  return { contentType: 'text/csv; charset=utf-8', filename: `quality-${query.month}.csv`, body: Buffer.from(`\uFEFF${csvLine(head)}${lines.join('')}`) }
}
