import type { RouteInput } from '#contract/define.ts'
import type { laboratory } from '#contract/laboratory.ts'
import { unitText } from '#contract/common/units.ts'
import { cultureDetail, histopathologyDetail, laboratoryErrors } from '#contract/laboratory-flow.ts'
import { barcode, qrCode } from '#kernel/barcodes.ts'
import { readConfig } from '#kernel/config.ts'
import { type Ctx, makeContext, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { plainPage } from '#kernel/error-page.ts'
import { keptDocument } from '#kernel/documents.ts'
import { AppError, found } from '#kernel/errors.ts'
import { isUuid } from '#kernel/ids.ts'
import { type Block, type Cell, renderLabels, renderPdf } from '#kernel/papers.ts'
import { isSame } from '#kernel/same.ts'
import { blindIndex } from '#kernel/seal.ts'
import { message } from '#kernel/text-i18n.ts'
import { localDate, localTime } from '#kernel/zoned-time.ts'
import { facilityOf, letterheadOf } from '../organizations/index.ts'
import { ordersByIds } from '../orders/index.ts'
import { ageText, patientsByIds } from '../patients/index.ts'
import { practitionerPapers, userNames } from '../people/index.ts'
import { patientsAround } from './around.ts'
import { knownCatalogue } from './known-catalogue.ts'
import { plainNumber } from './number-rules.ts'
import { readSettings, testsByIds } from './catalogue-repo.ts'
import { rangeText } from './report-rules.ts'
import { reportWith } from './reports.ts'
import { countPrint, readReport as readReportRow, type ReportRow } from './reports-repo.ts'
import * as repo from './repo.ts'
import * as specimens from './specimens-repo.ts'
import { walkInsOf } from './walk-ins-repo.ts'
import { cascaded } from './microbiology-rules.ts'

type Input<K extends keyof typeof laboratory> = RouteInput<(typeof laboratory)[K]>
type Words = (key: string, values?: Record<string, string>) => string

const sealPlace = 'laboratory.report'
const macOf = (tenantId: string, reportId: string, version: number): string => blindIndex(tenantId, sealPlace, `${reportId}.${version}`)

/** The text of the code on a report: tenant, report, version, and a keyed sum of them that only this installation can make. */
export const sealOf = (tenantId: string, report: { id: string; version: number }): string => [tenantId, report.id, report.version, macOf(tenantId, report.id, report.version)].join('.')

/** What a code proves; 404 when it was not made here. */
export function checkReport(ctx: Ctx, { params }: Pick<Input<'checkReport'>, 'params'>) {
  const [tenantId = '', reportId = '', versionText = '', mac = ''] = params.seal.split('.')
  const version = Number(versionText)
  if (!isUuid(tenantId) || !isUuid(reportId) || !Number.isInteger(version) || !isSame(macOf(tenantId, reportId, version), mac)) throw new AppError(laboratoryErrors.bad_seal)
  return withContext(makeContext({ tenantId, now: ctx.now }), async (tx) => {
    const row = await readReportRow(tx, reportId)
    if (row === undefined || row.version < version) throw new AppError(laboratoryErrors.bad_seal)
    const facility = await facilityOf(tx, row.facility_id)
    return { isGenuine: true as const, number: row.number, reportVersion: version, currentVersion: row.version, isCurrent: row.version === version, facility: facility.name, issuedAt: row.issued_at.toISOString() }
  })
}

/** What a code proves, as a page for whoever scans it: nothing of the patient. */
export async function showCheck(ctx: Ctx, { params }: Input<'showCheck'>) {
  const checked = await checkReport(ctx, { params })
  const words: Words = (key, values) => message(ctx.locale, `laboratory.check.${key}`, values)
  const { body, headers } = plainPage({
    locale: ctx.locale, mark: checked.facility, title: words(checked.isCurrent ? 'genuine' : 'older'), text: words(checked.isCurrent ? 'genuineHint' : 'olderHint'),
    facts: [{ label: words('number'), value: checked.number }, { label: words('version'), value: `${checked.reportVersion} / ${checked.currentVersion}` }, { label: words('issued'), value: checked.issuedAt.slice(0, 10) }],
  })
  return { contentType: 'text/html; charset=utf-8', filename: 'report-check.html', isInline: true, body, headers }
}

interface Papers {
  row: ReportRow
  results: readonly repo.ResultRow[]
  /** What was said before, of results that were changed or withdrawn. */
  versions: readonly repo.VersionRow[]
  earlier: ReadonlyMap<string, repo.EarlierRow[]>
  names: ReadonlyMap<string, Record<string, string>>
  /** Of panels, by the name they had when they were ordered. */
  panels: ReadonlyMap<string, Record<string, string>>
  timeZone: string
  tubes: ReadonlyMap<string, specimens.SpecimenRow>
}

const nameIn = (papers: Papers, result: repo.ResultRow, locale: string): string => papers.names.get(result.test_id)?.[locale] ?? result.name

const isFlagged = (result: repo.ResultRow): boolean => result.flag !== '' && result.flag !== 'N'

/** Days of the values before these. */
const daysBefore = (papers: Papers, rows: readonly repo.ResultRow[]): string[] => [...new Set(rows.flatMap((row) => (papers.earlier.get(row.test_id) ?? []).slice(0, 1).map((one) => localDate(one.collected_at, papers.timeZone))))]

function previousOf(papers: Papers, result: repo.ResultRow, isDated: boolean): Cell {
  const [before] = papers.earlier.get(result.test_id) ?? []
  if (before === undefined) return ''
  const unit = before.unit === result.unit ? '' : unitText(before.unit)
  return { text: [before.value_text, unit].filter(Boolean).join(' '), ...(isDated ? { note: localDate(before.collected_at, papers.timeZone) } : {}) }
}

function lineOf(papers: Papers, result: repo.ResultRow, words: Words, locale: string, isDated: boolean): Cell[] {
  const before = papers.earlier.get(result.test_id) ?? []
  const values = [...before.toReversed().map((one) => one.value_number), result.value_number].flatMap((value) => (value === null ? [] : [Number(value)]))
  const isGone = result.state === 'entered-in-error'
  const flag = isGone || !isFlagged(result) ? '' : result.is_critical && result.flag.length === 1 ? `${result.flag}!` : result.flag
  const isStrong = !isGone && isFlagged(result)
  const note = result.status === 'final' ? {} : { note: words(`status.${result.status}`) }
  return [
    { text: nameIn(papers, result, locale), ...note }, { text: isGone ? words('inError') : result.value_text, isStrong }, { text: flag, isStrong }, unitText(result.unit),
    rangeText(plainNumber(result.range_low), plainNumber(result.range_high), result.range_text), previousOf(papers, result, isDated), { spark: before.length === 0 ? [] : values },
  ]
}

/** Beside the table: comments, cultures with what the cascade shows, histopathology reports. */
function wordsOf(papers: Papers, result: repo.ResultRow, words: Words, locale: string): Block[] {
  const title = nameIn(papers, result, locale)
  const comment: Block[] = result.comment === '' ? [] : [{ kind: 'text', title, text: result.comment }]
  if (result.value_kind === 'culture') {
    const culture = cascaded(cultureDetail.parse(result.detail))
    const columns = [{ label: words('antibiotic'), width: 50 }, { label: words('value'), width: 20 }, { label: words('interpretation'), width: 30 }]
    const found = culture.isolates.flatMap((isolate): Block[] => [
      { kind: 'text', title: [isolate.organism, isolate.quantity].filter(Boolean).join(' · '), text: '' },
      { kind: 'table', columns, rows: isolate.susceptibilities.map((one) => [one.antibiotic, (one.value ?? '') === '' ? '' : `${one.value} ${one.method === 'mic' ? 'mg/L' : 'mm'}`, `${one.interpretation} · ${words(`sir.${one.interpretation}`)}`]) },
    ])
    const remark: Block[] = result.comment === '' ? [] : [{ kind: 'text', title: words('comment'), text: result.comment }]
    return [{ kind: 'text', title: `${title}: ${words(`stage.${culture.stage}`)}`, text: [culture.gram, culture.growth].filter(Boolean).join('\n') }, ...found, ...remark]
  }
  if (result.value_kind !== 'histopathology') return comment
  const report = histopathologyDetail.parse(result.detail)
  const parts = [['gross', report.gross], ['microscopy', report.microscopy], ['diagnosis', report.diagnosis], ['pathologicStage', report.stage]] as const
  return [{ kind: 'text', title, text: '' }, ...parts.flatMap(([key, text]): Block[] => (text === undefined || text === '' ? [] : [{ kind: 'text', title: words(key), text }])), ...(result.comment === '' ? [] : [{ kind: 'text' as const, title: words('comment'), text: result.comment }])]
}

const saidOf = (version: repo.VersionRow): string => [version.value_text, unitText(version.unit)].filter(Boolean).join(' ')

/** Each change since the first version: what the paper said before, what it says now, and why (ISO 15189:2022, 7.4.1.8: an amended report shows what was changed). */
function changesOf(papers: Papers, words: Words, locale: string): Block[] {
  const rows = papers.results.flatMap((result): Cell[][] => {
    const said = papers.versions.filter((version) => version.result_id === result.id)
    const name = nameIn(papers, result, locale)
    const changed = said.slice(0, -1).flatMap((version, index) => (version.status === 'final' || version.status === 'preliminary' ? [] : [[name, saidOf(said[index + 1] ?? version), saidOf(version), version.reason]]))
    return result.state === 'entered-in-error' ? [[name, said.map(saidOf)[0] ?? '', words('inError'), result.reason], ...changed] : changed
  })
  const columns = [{ label: words('test'), width: 30 }, { label: words('before'), width: 20 }, { label: words('now'), width: 20 }, { label: words('reason'), width: 30 }]
  return rows.length === 0 ? [] : [{ kind: 'text', title: words('changes'), text: '' }, { kind: 'table', columns, rows }]
}

const reportColumns = (words: Words, previous: string) => [{ label: words('test'), width: 26 }, { label: words('result'), width: 12, isNumber: true }, { label: words('flag'), width: 7 }, { label: words('unit'), width: 14 }, { label: words('range'), width: 15 }, { label: previous, width: 12, isNumber: true }, { label: words('trend'), width: 14 }]

function tablesOf(papers: Papers, tabled: readonly repo.ResultRow[], words: Words, locale: string): Block[] {
  const groups = Map.groupBy(tabled, (result) => result.panel_name)
  return [...groups].flatMap(([panel, rows]): Block[] => {
    const title = panel === '' && groups.size > 1 ? words('others') : (papers.panels.get(panel)?.[locale] ?? panel)
    // One day stands once, over the column; several stand below their values.
    const days = daysBefore(papers, rows)
    const columns = reportColumns(words, days.length === 1 ? `${words('previous')}\n${days[0]}` : words('previous'))
    return [...(title === '' ? [] : [{ kind: 'text' as const, title, text: '' }]), { kind: 'table', columns, rows: rows.map((row) => lineOf(papers, row, words, locale, days.length > 1)) }]
  })
}

function blocksOf(papers: Papers, words: Words, locale: string): Block[] {
  const tabled = papers.results.filter((result) => result.value_kind !== 'culture' && result.value_kind !== 'histopathology')
  const methods = [...new Set(tabled.filter((row) => row.method !== '').map((row) => `${nameIn(papers, row, locale)}: ${row.method}`))]
  const small = (text: string, title?: string): Block => ({ kind: 'text', isSmall: true, text, ...(title === undefined ? {} : { title }) })
  const referred = referredOf(papers, locale)
  const looks = looksOf(papers.tubes.values(), words)
  return [
    ...changesOf(papers, words, locale), ...tablesOf(papers, tabled, words, locale), ...papers.results.flatMap((row) => wordsOf(papers, row, words, locale)),
    ...(looks === '' ? [] : [small(looks, words('looks'))]), ...(referred === '' ? [] : [small(referred, words('referred'))]), ...(methods.length === 0 ? [] : [small(methods.join(' · '), words('methods'))]), ...(tabled.some(isFlagged) ? [small(words('flags'))] : []),
  ]
}

const earlierShown = 5

/** How tubes looked that may disturb what was measured in them (ISO 15189:2012, 5.8.2 a: comments on sample quality that might compromise results). */
function looksOf(tubes: Iterable<specimens.SpecimenRow>, words: Words): string {
  const said = [...tubes].flatMap((tube) => {
    const grades = Object.entries(tube.indices).filter(([, grade]) => grade > 0).map(([look, grade]) => `${words(`look.${look}`)} ${'+'.repeat(grade)}`)
    return grades.length === 0 ? [] : [`${tube.number} (${tube.type}): ${grades.join(', ')}`]
  })
  return said.join('\n')
}

/** What another laboratory measured, and which (ISO 15189:2022, 7.4.1.6). */
function referredOf(papers: Papers, locale: string): string {
  const referred = papers.results.flatMap((row): [string, string][] => { const to = papers.tubes.get(row.specimen_id)?.sent_to ?? ''; return to === '' || row.instrument_id !== null ? [] : [[to, nameIn(papers, row, locale)]] })
  return [...Map.groupBy(referred, ([to]) => to)].map(([to, rows]) => `${to}: ${rows.map(([, name]) => name).join(', ')}`).join('\n')
}

async function papersOf(tx: Tx, id: string): Promise<Papers> {
  const { row, results } = await reportWith(tx, id)
  if (row.is_sensitive && !tx.ctx.can('laboratory.sensitive', row.facility_id)) throw new AppError(laboratoryErrors.sensitive)
  const oldest = new Date(Math.min(...results.map((one) => (one.collected_at ?? one.created_at).getTime())))
  const testIds = [...new Set(results.map((one) => one.test_id))]
  const changed = results.filter((one) => one.result_version > 1 || one.state === 'entered-in-error').map((one) => one.id)
  const [tubes, earlier, tests, versions, facility] = await Promise.all([specimens.specimensByIds(tx, [...new Set(results.map((one) => one.specimen_id))]), repo.earlierOf(tx, row.patient_id, testIds, oldest, earlierShown), testsByIds(tx, testIds), changed.length === 0 ? [] : repo.versionsOf(tx, changed), facilityOf(tx, row.facility_id)])
  return { row, results, versions, timeZone: facility.timeZone, tubes: new Map(tubes.map((tube) => [tube.id, tube])), earlier: Map.groupBy(earlier, (one) => one.test_id), names: new Map(tests.map((test) => [test.id, test.names])), panels: new Map([...(await knownCatalogue(tx)).byId.values()].filter((test) => test.kind === 'panel').map((test) => [test.name, test.names])) }
}

/** The report on letterhead with a code that proves it: made once per version, copy and language, and kept; a second print may say DUPLICATE. */
export async function printReport(ctx: Ctx, { params, query }: Input<'printReport'>) {
  const seen = await withContext(ctx, async (tx) => {
    const papers = await papersOf(tx, params.id)
    const released = papers.results.flatMap((one) => one.released_by ?? [])
    const signer = released.at(-1) ?? ctx.userId
    const [facility, patients, names, papersOfSigner, settings, orders, [walkIn]] = await Promise.all([facilityOf(tx, papers.row.facility_id), patientsByIds(tx, [papers.row.patient_id]), userNames(tx, [...released, ...papers.results.flatMap((one) => one.verified_by ?? [])]), practitionerPapers(tx, signer), readSettings(tx), ordersByIds(tx, [papers.row.order_id]), walkInsOf(tx, [papers.row.order_id])])
    const orderers = await userNames(tx, orders.map((order) => order.orderer_id))
    return { papers, facility, patient: found(patients[0]), signer: [names.get(signer) ?? '', papersOfSigner.specialty, papersOfSigner.licenceNumber].filter(Boolean).join('\n'), verifiers: [...new Set(papers.results.flatMap((one) => names.get(one.verified_by ?? '') ?? []))], accreditation: settings?.accreditation ?? '', orderer: walkIn?.prescriber_name ?? orderers.get(orders[0]?.orderer_id ?? '') ?? '' }
  })
  const { papers, facility, patient } = seen
  await countPrinted(ctx, params.id)
  // A report is the patient's: it speaks their language, whoever prints it.
  const language = query.language ?? seen.patient.language ?? ctx.locale
  const words: Words = (key, values) => message(language, `laboratory.print.${key}`, values)
  const at = (instant: Date | null) => (instant === null ? '' : `${localDate(instant, facility.timeZone)} ${localTime(instant, facility.timeZone)}`)
  const collected = papers.results.flatMap((one) => one.collected_at ?? []).toSorted((a, b) => a.getTime() - b.getTime())[0] ?? null
  const { row } = papers
  const tubes = [...papers.tubes.values()]
  const received = tubes.flatMap((tube) => tube.received_at ?? []).toSorted((a, b) => a.getTime() - b.getTime())[0] ?? null
  const name = `${patient.given_name} ${patient.family_name}`.trim()
  const key = { subjectType: 'lab-report', subjectId: row.id, version: row.version, copy: query.copy, language } as const
  const status = row.status === 'final' ? '' : words(`status.${row.status}`).toUpperCase()
  return keptDocument(ctx, key, `${row.number}.pdf`, async () =>
    renderPdf({
      letterhead: { ...letterheadOf(facility), lines: [...letterheadOf(facility).lines, seen.accreditation] },
      title: words('title'),
      mark: [status, query.copy === 'duplicate' ? words('duplicate') : ''].filter(Boolean).join(' · '),
      language,
      facts: [
        { label: words('patient'), value: name }, { label: words('number'), value: `${row.number} / ${row.version}` }, { label: words('mrn'), value: patient.mrn }, { label: words('orderer'), value: seen.orderer },
        { label: words('age'), value: ageText({ birthDate: patient.birth_date, precision: patient.birth_precision }, { today: localDate(collected ?? row.issued_at, facility.timeZone), locale: language }) }, { label: words('collected'), value: at(collected) }, { label: words('sex'), value: words(`sex.${patient.sex}`) }, { label: words('received'), value: at(received) },
        { label: words('specimen'), value: [...new Set(tubes.map((tube) => tube.type))].join(', ') }, { label: words('issued'), value: at(row.issued_at) }, { label: words('verifiedBy'), value: seen.verifiers.length === 0 ? words('byRules') : seen.verifiers.join(', ') },
      ],
      blocks: [...blocksOf(papers, words, language), { kind: 'code', png: await qrCode(`${readConfig().publicUrl}/api/v1/lab-reports/check/${sealOf(ctx.tenantId, row)}/page`), widthMm: 24, text: words('check') }],
      signature: seen.signer,
      foot: [facility.name, `${row.number} / ${row.version}`, name, patient.mrn].join(' · '),
    }))
}

/** Prints are counted apart from what the report says: they change no version. */
const countPrinted = (ctx: Ctx, id: string) => withContext(makeContext({ tenantId: ctx.tenantId, userId: ctx.userId, requestId: ctx.requestId, now: ctx.now }), (tx) => countPrint(tx, id))

const labelMm = { widthMm: 50, heightMm: 25, codeWidthMm: 44, codeHeightMm: 7 } as const

/** Tube labels, one a page: the number as a code, whose it is, and what is in it. Each print is counted; a second one says so. */
export async function printLabels(ctx: Ctx, { query }: Input<'printLabels'>) {
  const labels = await withContext(makeContext({ tenantId: ctx.tenantId, userId: ctx.userId, requestId: ctx.requestId, now: ctx.now }), async (tx) => {
    const rows = query.specimenId === undefined ? (await specimens.listSpecimens(tx, { orderId: query.orderId ?? '00000000-0000-0000-0000-000000000000' }, { limit: 60, after: null })).filter((row) => row.state === 'requested' || row.state === 'collected') : [found(await specimens.readSpecimen(tx, query.specimenId))]
    for (const row of rows) requirePermission(ctx, 'laboratory.read', row.facility_id)
    found(rows[0])
    await specimens.countLabels(tx, rows.map((row) => row.id))
    const patients = await patientsAround(tx, rows)
    return rows.map((row) => ({ row, patient: found(patients.get(row.patient_id)) }))
  })
  const made = labels.map(async ({ row, patient }) => ({ ...labelMm, language: ctx.locale, code: await barcode(row.number), lines: [patient.name, [patient.mrn, row.number, row.priority === 'routine' ? '' : message(ctx.locale, `orders.priority.${row.priority}`).toUpperCase()].filter(Boolean).join(' · '), [row.labels_printed > 0 ? message(ctx.locale, 'laboratory.print.duplicate') : '', row.container, row.timepoint, row.contents].filter(Boolean).join(' · ')] }))
  return { contentType: 'application/pdf', filename: 'labels.pdf', isInline: true, body: await renderLabels(await Promise.all(made)) }
}
