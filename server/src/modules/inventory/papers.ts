import type { RouteInput } from '#contract/define.ts'
import type { inventory } from '#contract/inventory.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { keptDocument } from '#kernel/documents.ts'
import { found } from '#kernel/errors.ts'
import { renderPdf } from '#kernel/papers.ts'
import { message } from '#kernel/text-i18n.ts'
import { localDate, localTime } from '#kernel/zoned-time.ts'
import { facilityOf, letterheadOf } from '../organizations/index.ts'
import { userNames } from '../people/index.ts'
import { readCount } from './counts-repo.ts'
import { shownCount } from './counts.ts'
import { readDocument } from './documents-repo.ts'
import { shownDocument } from './service.ts'
import { readableTransfer, shownTransfer } from './transfers.ts'

type Input<K extends keyof typeof inventory> = RouteInput<(typeof inventory)[K]>

const at = (instant: Date, timeZone: string): string => `${localDate(instant, timeZone)} ${localTime(instant, timeZone)}`

/** A stock document as it is signed and filed: each lot with what came or went. */
export async function printDocument(ctx: Ctx, { params }: Input<'printDocument'>) {
  const words = (key: string) => message(ctx.locale, `inventory.print.${key}`)
  const { document, facility, witness } = await withContext(ctx, async (tx) => {
    const row = found(await readDocument(tx, params.id))
    requirePermission(ctx, 'inventory.read', row.facility_id)
    const names = await userNames(tx, row.witness_id === null ? [] : [row.witness_id])
    return { document: await shownDocument(tx, row.id), facility: await facilityOf(tx, row.facility_id), witness: names.get(row.witness_id ?? '') ?? '' }
  })
  return keptDocument(ctx, { subjectType: 'stock-document', subjectId: document.id, version: document.version, copy: 'original', language: ctx.locale }, `${document.number}.pdf`, () =>
    renderPdf({
      letterhead: letterheadOf(facility), title: message(ctx.locale, `inventory.movement.${document.kind}`), mark: '', language: ctx.locale,
      facts: [
        { label: words('number'), value: document.number }, { label: words('date'), value: at(new Date(document.occurredAt), facility.timeZone) }, { label: words('store'), value: document.storeName },
        { label: words('by'), value: document.movements[0]?.recordedBy ?? '' }, { label: words('witness'), value: witness }, { label: words('reference'), value: document.reference }, { label: words('reason'), value: document.reason },
      ].filter((fact) => fact.value !== ''),
      blocks: [{ kind: 'table', columns: [{ label: words('item'), width: 44 }, { label: words('batch'), width: 20 }, { label: words('expires'), width: 16 }, { label: words('quantity'), width: 20, isNumber: true }], rows: document.movements.map((line) => [line.itemName, line.batch, line.expiresOn ?? '', `${line.quantity} ${line.unit}`]) }],
      signature: words('signature'), foot: facility.name,
    }))
}

/** A transfer, as it goes with the goods: what was asked, sent and taken in. */
export async function printTransfer(ctx: Ctx, { params }: Input<'printTransfer'>) {
  const words = (key: string) => message(ctx.locale, `inventory.print.${key}`)
  const { transfer, facility } = await withContext(ctx, async (tx) => {
    const row = await readableTransfer(tx, params.id)
    return { transfer: await shownTransfer(tx, row), facility: await facilityOf(tx, row.facility_id) }
  })
  return keptDocument(ctx, { subjectType: 'stock-transfer', subjectId: transfer.id, version: transfer.version, copy: 'original', language: ctx.locale }, `${transfer.number}.pdf`, () =>
    renderPdf({
      letterhead: letterheadOf(facility), title: words('transfer'), mark: transfer.state === 'requested' ? words('notSent') : '', language: ctx.locale,
      facts: [
        { label: words('number'), value: transfer.number }, { label: words('date'), value: at(new Date(transfer.dispatchedAt ?? transfer.createdAt), facility.timeZone) }, { label: words('from'), value: transfer.fromStoreName }, { label: words('to'), value: transfer.toStoreName }, { label: words('reason'), value: transfer.reason },
      ].filter((fact) => fact.value !== ''),
      blocks: [{ kind: 'table', columns: [{ label: words('item'), width: 36 }, { label: words('batch'), width: 19 }, { label: words('asked'), width: 15, isNumber: true }, { label: words('sent'), width: 15, isNumber: true }, { label: words('came'), width: 15, isNumber: true }], rows: transfer.lines.map((line) => [`${line.itemName} (${line.unit})`, line.batch, line.requested, line.dispatched, transfer.receivedAt === null ? '' : line.received]) }],
      signature: words('signature'), foot: facility.name,
    }))
}

/** The sheet of a stock take, in the order of names; who counts blind reads nothing of what is expected. */
export async function printCount(ctx: Ctx, { params }: Input<'printCount'>) {
  const words = (key: string) => message(ctx.locale, `inventory.print.${key}`)
  const { count, facility } = await withContext(ctx, async (tx) => {
    const row = found(await readCount(tx, params.id))
    requirePermission(ctx, 'inventory.read', row.facility_id)
    return { count: await shownCount(tx, row), facility: await facilityOf(tx, row.facility_id) }
  })
  const isExpected = count.lines.every((line) => line.expected !== null)
  const lines = count.lines.toSorted((a, b) => a.itemName.localeCompare(b.itemName) || (a.expiresOn ?? '').localeCompare(b.expiresOn ?? ''))
  return keptDocument(ctx, { subjectType: 'stock-count', subjectId: count.id, version: count.version, copy: 'original', language: ctx.locale }, `${count.number}.pdf`, () =>
    renderPdf({
      letterhead: letterheadOf(facility), title: words('count'), mark: '', language: ctx.locale,
      facts: [{ label: words('number'), value: count.number }, { label: words('date'), value: at(new Date(count.createdAt), facility.timeZone) }, { label: words('store'), value: count.storeName }, { label: words('reason'), value: count.reason }].filter((fact) => fact.value !== ''),
      blocks: [{
        kind: 'table',
        columns: [{ label: words('item'), width: isExpected ? 32 : 42 }, { label: words('batch'), width: 16 }, { label: words('expires'), width: 14 }, ...(isExpected ? [{ label: words('expected'), width: 12, isNumber: true }] : []), { label: words('counted'), width: 12, isNumber: true }, { label: words('reason'), width: isExpected ? 14 : 16 }],
        rows: lines.map((line) => [`${line.itemName} (${line.unit})`, line.batch, line.expiresOn ?? '', ...(isExpected ? [line.expected ?? ''] : []), line.counted ?? '', line.reason]),
      }],
      signature: words('countedBy'), foot: facility.name,
    }))
}
