import { useEffect, useState } from 'react'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { isZero, typedNumber } from '../amounts.ts'
import { api, saveDraft, touched, type Bill } from '../queries.ts'
import { BillLines, type LineEdit } from './bill-lines.tsx'
import { ServiceSearch } from './service-search.tsx'

const editsOf = (bill: Bill): LineEdit[] => bill.lines.map((line) => ({ serviceId: line.serviceId, ...(line.chargeId === null ? {} : { chargeId: line.chargeId }), quantity: line.quantity, discount: isZero(line.discount.amount) ? '' : line.discount.amount }))
const isNumber = (text: string): boolean => typedNumber(text) !== undefined

/** Lines of a draft: each change is sent when a field is left, and the server's sums are shown. */
export function DraftLines({ bill }: { bill: Bill }) {
  const t = useText()
  const [edits, setEdits] = useState(() => editsOf(bill))
  useEffect(() => setEdits(editsOf(bill)), [bill.version])
  const save = useWrite(
    (next: LineEdit[]) =>
      saveDraft(bill.id, () => api.updateInvoice({
        params: { id: bill.id }, ifMatch: bill.version,
        body: { lines: next.map((edit) => ({ serviceId: edit.serviceId, ...(edit.chargeId === undefined ? {} : { chargeId: edit.chargeId }), quantity: typedNumber(edit.quantity) ?? '', ...(edit.discount.trim() === '' ? {} : { discount: { amount: typedNumber(edit.discount) ?? '', currency: bill.total.currency } }) })) },
      })),
    { invalidate: touched },
  )
  const isChanged = JSON.stringify(edits) !== JSON.stringify(editsOf(bill))
  const leave = () => {
    if (isChanged && edits.every((edit) => isNumber(edit.quantity) && (edit.discount.trim() === '' || isNumber(edit.discount)))) save.mutate(edits)
  }
  const edit = (index: number, next: LineEdit | undefined) => {
    const changed = edits.flatMap((one, at) => (at === index ? (next === undefined ? [] : [next]) : [one]))
    if (next === undefined) save.mutate(changed)
    else setEdits(changed)
  }
  return (
    <>
      <BillLines bill={bill} edits={edits} onEdit={edit} onLeave={leave} />
      <ServiceSearch label={t('billing.service.add')} onTake={(service) => save.mutate([...edits, { serviceId: service.id, quantity: '1', discount: '' }])} />
    </>
  )
}
