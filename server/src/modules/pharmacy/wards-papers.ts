import type { BinaryReply, RouteInput } from '#contract/define.ts'
import type { wardRoutes } from '#contract/pharmacy-wards.ts'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { compare, plain, sum } from '#kernel/money.ts'
import { pageOf } from '#kernel/page.ts'
import { renderPdf } from '#kernel/papers.ts'
import { message } from '#kernel/text-i18n.ts'
import { localDate, localTime } from '#kernel/zoned-time.ts'
import { itemsOfMedications, pickFirstExpiry, storeForUse, usableLots } from '../inventory/index.ts'
import { letterheadOf } from '../organizations/index.ts'
import { expiryOf } from './dispenses.ts'
import { dueFor } from './wards.ts'

type Asked = RouteInput<(typeof wardRoutes)['printUnitDoses']>['query']
type Due = Awaited<ReturnType<typeof dueFor>>['items'][number]

const prescriptionsAtOnce = 200

/** All that is due, some prescriptions at a time, each part in a transaction of its own. */
async function allDue(ctx: Ctx, facilityId: string, { ward, search }: Asked): Promise<Due[]> {
  const all: Due[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const asked = pageOf({ limit: prescriptionsAtOnce, cursor })
    const page = await withContext(ctx, (tx) => dueFor(tx, { places: [facilityId], ward, search: search?.trim() }, asked))
    all.push(...page.items)
    cursor = page.nextCursor
  }
  return all
}

/** What to take from the shelf for all of it: first expiry first, and what is missing. */
async function toTake(tx: Tx, due: readonly Due[], { storeId, today, missing }: { storeId: string; today: string; missing: string }): Promise<string[][]> {
  const byMedicine = Map.groupBy(due, (one) => one.medicationId)
  const items = await itemsOfMedications(tx, [...byMedicine.keys()])
  const lots = await usableLots(tx, storeId, items.map((item) => item.id), today)
  return [...byMedicine.values()].toSorted(([a], [b]) => (a?.name ?? '').localeCompare(b?.name ?? '')).flatMap((own) => {
    const serving = items.filter((item) => item.medication_id === own[0]?.medicationId)
    const shelf = lots.filter((lot) => serving.some((item) => item.id === lot.item_id))
    const { picks, short } = pickFirstExpiry(shelf.map((lot) => ({ lotId: lot.lot_id, expiresOn: lot.expires_on, quantity: lot.quantity, isHeld: false })), plain(sum(own.map((one) => one.perDay))), today)
    const taken = picks.map(({ lotId, quantity }) => {
      const lot = shelf.find((one) => one.lot_id === lotId)
      const item = serving.find((one) => one.id === lot?.item_id)
      return [item?.name ?? '', lot?.batch ?? '', expiryOf(lot?.expires_on ?? '') ?? '', `${plain(quantity)} ${item?.base_unit ?? ''}`]
    })
    return compare(short, '0') > 0 ? [...taken, [own[0]?.name ?? '', missing, '', plain(short)]] : taken
  })
}

/** The pick list of a round: nothing is kept back for it. */
export async function printUnitDoses(ctx: Ctx, { query }: RouteInput<(typeof wardRoutes)['printUnitDoses']>): Promise<BinaryReply> {
  const words = (key: string) => message(ctx.locale, `pharmacy.print.${key}`)
  const { store, facility, today } = await withContext(ctx, (tx) => storeForUse(tx, query.storeId, 'pharmacy.dispense'))
  const due = await allDue(ctx, facility.id, query)
  const shelf = await withContext(ctx, (tx) => toTake(tx, due, { storeId: store.id, today, missing: words('missing') }))
  const patients = due.toSorted((a, b) => a.ward.localeCompare(b.ward) || a.patientName.localeCompare(b.patientName) || a.patientId.localeCompare(b.patientId))
  const body = await renderPdf({
    letterhead: letterheadOf(facility), title: words('pickList'), mark: '', language: ctx.locale,
    facts: [{ label: words('store'), value: store.name }, { label: words('ward'), value: query.ward ?? '' }, { label: words('printedAt'), value: `${localDate(ctx.now, facility.timeZone)} ${localTime(ctx.now, facility.timeZone)}` }].filter((fact) => fact.value !== ''),
    blocks: [
      { kind: 'table', columns: [{ label: words('item'), width: 42 }, { label: words('lot'), width: 22 }, { label: words('expiry'), width: 16 }, { label: words('quantity'), width: 20, isNumber: true }], rows: shelf },
      { kind: 'table', columns: [{ label: words('ward'), width: 16 }, { label: words('patient'), width: 28 }, { label: words('medicine'), width: 26 }, { label: words('dose'), width: 18 }, { label: words('quantity'), width: 12, isNumber: true }], rows: patients.map((one) => [one.ward, `${one.patientName} · ${one.patientMrn}`, one.name, [one.dosage, one.frequency].filter(Boolean).join(' '), one.perDay]) },
    ],
    signature: words('pickedBy'), foot: facility.name,
  })
  return { contentType: 'application/pdf', filename: 'pick-list.pdf', isInline: true, body }
}
