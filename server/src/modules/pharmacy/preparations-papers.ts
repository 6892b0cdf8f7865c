import type { RouteInput } from '#contract/define.ts'
import type { pharmacy } from '#contract/pharmacy.ts'
import { qrCode } from '#kernel/barcodes.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { keptDocument } from '#kernel/documents.ts'
import { found } from '#kernel/errors.ts'
import { renderLabels, renderPdf } from '#kernel/papers.ts'
import { message } from '#kernel/text-i18n.ts'
import { facilityOf, letterheadOf } from '../organizations/index.ts'
import { formulasByIds, readPreparation } from './preparations-repo.ts'
import { shownFormulas, shownPreparations } from './preparations.ts'

type Input<K extends keyof typeof pharmacy> = RouteInput<(typeof pharmacy)[K]>

const wordsIn = (ctx: Ctx) => (key: string, values?: Record<string, string>) => message(ctx.locale, `pharmacy.print.${key}`, values)

function batchOf(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => {
    const row = found(await readPreparation(tx, id))
    requirePermission(ctx, 'pharmacy.read', row.facility_id)
    const [made] = await shownPreparations(tx, [row])
    const [formula] = await shownFormulas(tx, await formulasByIds(tx, [row.formula_id]))
    return { made: found(made), formula: found(formula), facility: await facilityOf(tx, row.facility_id) }
  })
}

/** The record of a batch as it is signed and filed: how it was to be made, what went in of which lot, what was done and what came out. */
export async function printPreparation(ctx: Ctx, { params }: Input<'printPreparation'>) {
  const words = wordsIn(ctx)
  const { made, formula, facility } = await batchOf(ctx, params.id)
  return keptDocument(ctx, { subjectType: 'preparation', subjectId: made.id, version: made.version, copy: 'original', language: ctx.locale }, `${made.number}.pdf`, () =>
    renderPdf({
      letterhead: letterheadOf(facility), title: words('record'), mark: '', language: ctx.locale,
      facts: [
        { label: words('number'), value: made.number }, { label: words('made'), value: made.itemName }, { label: words('formula'), value: `${formula.name} · ${formula.formulaVersion}` }, { label: words('lot'), value: made.batch }, { label: words('madeOn'), value: made.madeOn }, { label: words('expiry'), value: made.expiresOn ?? '' },
        { label: words('planned'), value: `${made.planned} ${made.unit}` }, { label: words('yielded'), value: `${made.yielded} ${made.unit} (${made.yieldPercent} %)` }, { label: words('madeBy'), value: made.madeBy }, { label: words('witness'), value: made.witness },
      ].filter((fact) => fact.value !== ''),
      blocks: [
        ...(formula.method === '' ? [] : [{ kind: 'text' as const, text: formula.method }]),
        { kind: 'table', columns: [{ label: words('ingredient'), width: 50 }, { label: words('lot'), width: 25 }, { label: words('quantity'), width: 25, isNumber: true }], rows: made.consumed.map((one) => [one.itemName, one.batch, `${one.quantity} ${one.unit}`]) },
        ...(made.steps.length === 0 ? [] : [{ kind: 'table' as const, columns: [{ label: words('potency'), width: 25 }, { label: words('ratio'), width: 20, isNumber: true }, { label: words('vehicle'), width: 35 }, { label: words('succussions'), width: 20, isNumber: true }], rows: made.steps.map((step) => [step.potency, `1 : ${step.parts}`, step.vehicle ?? '', step.succussions === undefined ? '' : String(step.succussions)]) }]),
        ...(made.note === '' ? [] : [{ kind: 'text' as const, text: made.note }]),
      ],
      signature: words('signature'), foot: made.number,
    }))
}

/** What is stuck on what was made: name, batch, made and expiry; the code is its number. */
export async function printPreparationLabel(ctx: Ctx, { params }: Input<'printPreparationLabel'>) {
  const words = wordsIn(ctx)
  const { made, formula, facility } = await batchOf(ctx, params.id)
  const lines = [made.itemName, formula.potency, words('batch', { batch: made.batch }), words('madeOnDay', { on: made.madeOn }), made.expiresOn === null ? '' : words('expires', { on: made.expiresOn }), [facility.name, made.number].join(' · ')].filter((line) => line !== '')
  return { contentType: 'application/pdf', filename: `label-${made.number}.pdf`, isInline: true, body: await renderLabels([{ widthMm: 70, heightMm: 40, codeWidthMm: 14, code: await qrCode(made.number), lines, language: ctx.locale }]) }
}
