import type { RouteInput } from '#contract/define.ts'
import { shiftLifecycle, type shiftRoutes, type WholeCashierShift } from '#contract/billing-shifts.ts'
import { allowedSteps } from '#contract/common/lifecycle.ts'
import { lifecycleErrors } from '#contract/common/problem.ts'
import type { Ctx } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { keptDocument } from '#kernel/documents.ts'
import { AppError } from '#kernel/errors.ts'
import { compare } from '#kernel/money.ts'
import { type Block, renderPdf } from '#kernel/papers.ts'
import { message } from '#kernel/text-i18n.ts'
import { localDate, localTime } from '#kernel/zoned-time.ts'
import { facilityOf, letterheadOf } from '../organizations/index.ts'
import { printMoney } from './documents.ts'
import { seenShift, shown } from './shifts.ts'

type Words = (key: string, values?: Record<string, string>) => string

function amountsBlock(shift: WholeCashierShift, words: Words): Block {
  const columns = [{ label: words('method'), width: 22 }, ...['received', 'refunded', 'expected', 'counted', 'difference'].map((key) => ({ label: words(`shift.${key}`), width: 15.6, isNumber: true }))]
  return { kind: 'table', columns, rows: shift.amounts.map((one) => [words(`method.${one.method}`), printMoney(one.received), printMoney(one.refunded), printMoney(one.expected), one.counted === null ? '' : printMoney(one.counted), one.difference === null ? '' : printMoney(one.difference)]) }
}

function countBlocks(shift: WholeCashierShift, words: Words): Block[] {
  const pieces = shift.counts.at(-1)?.denominations ?? []
  const rows = pieces.map((one) => [one.value, String(one.pieces)])
  const columns = [{ label: words('shift.value'), width: 50, isNumber: true }, { label: words('shift.pieces'), width: 50, isNumber: true }]
  const earlier = shift.counts.slice(0, -1).map((count) => words('shift.earlierCount', { attempt: String(count.attempt), counted: count.amounts.map((one) => `${words(`method.${one.method}`)} ${printMoney(one.counted)}`).join(', ') }))
  return [...(rows.length === 0 ? [] : [{ kind: 'text', title: words('shift.denominations'), text: '' } as const, { kind: 'table', columns, rows } as const]), ...earlier.map((text) => ({ kind: 'text', text, isSmall: true }) as const)]
}

function moveBlocks(shift: WholeCashierShift, words: Words, timeOf: (at: string) => string): Block[] {
  if (shift.moves.length === 0) return []
  const columns = [{ label: words('date'), width: 20 }, { label: words('shift.move'), width: 24 }, { label: words('shift.person'), width: 36 }, { label: words('amount'), width: 20, isNumber: true }]
  return [{ kind: 'text', title: words('shift.moves'), text: '' }, { kind: 'table', columns, rows: shift.moves.map((move) => [timeOf(move.at), words(`shift.${move.kind}`), [move.person, move.note].filter(Boolean).join(' · '), printMoney(move.amount)]) }]
}

/** The paper of a shift that was counted: by way of paying what came and went, what was counted, why it differs, and who answers for it. */
export async function printCashierShift(ctx: Ctx, { params }: RouteInput<(typeof shiftRoutes)['printCashierShift']>) {
  const { shift, facility } = await withContext(ctx, async (tx) => {
    const row = await seenShift(tx, params.id)
    return { shift: await shown(tx, row), facility: await facilityOf(tx, row.facility_id) }
  })
  if (shift.state === 'open') throw new AppError(lifecycleErrors.illegal_step, { allowed: allowedSteps(shiftLifecycle, shift.state) })
  const words: Words = (key, values) => message(ctx.locale, `billing.print.${key}`, values)
  const timeOf = (at: string): string => `${localDate(new Date(at), facility.timeZone)} ${localTime(new Date(at), facility.timeZone)}`
  const { difference } = shift
  const isRight = difference === null || compare(difference.amount, '0') === 0
  const key = { subjectType: 'cashier-shift', subjectId: shift.id, version: shift.version, copy: 'original', language: ctx.locale } as const
  return keptDocument(ctx, key, `shift-${localDate(new Date(shift.openedAt), facility.timeZone)}-${shift.id.slice(0, 8)}.pdf`, () =>
    renderPdf({
      letterhead: letterheadOf(facility), title: words('shift.title'), mark: shift.state === 'closed' ? '' : words(`shift.${shift.state}`), language: ctx.locale,
      facts: [
        { label: words('shift.cashier'), value: shift.cashier }, { label: words('shift.till'), value: shift.till }, { label: words('shift.opened'), value: timeOf(shift.openedAt) }, { label: words('shift.countedAt'), value: shift.countedAt === null ? '' : timeOf(shift.countedAt) },
        { label: words('shift.float'), value: printMoney(shift.openingFloat) }, ...(shift.leftInTill === null ? [] : [{ label: words('shift.left'), value: printMoney(shift.leftInTill) }]),
        ...(shift.reason === '' ? [] : [{ label: words('reason'), value: shift.reason }]), ...(shift.approvedAt === null ? [] : [{ label: words('shift.approved'), value: [shift.approvedBy, timeOf(shift.approvedAt), shift.approvalNote].filter(Boolean).join(' · ') }]),
      ],
      blocks: [
        amountsBlock(shift, words),
        ...(difference === null ? [] : [{ kind: 'sums', sums: [{ label: words(isRight ? 'shift.agrees' : compare(difference.amount, '0') < 0 ? 'shift.short' : 'shift.over'), value: printMoney(difference), isStrong: true }] } as const]),
        ...countBlocks(shift, words), ...moveBlocks(shift, words, timeOf),
      ],
      signature: words('shift.cashier'), foot: words('foot', { name: facility.name }),
    }))
}
