import { useState } from 'react'
import { Button, Group, Stack, TextInput } from '@mantine/core'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { VendorSelect } from '../../inventory/public.tsx'
import { api, touched, type Order } from '../queries.ts'
import { bodyOf, isComplete, OrderLines, type OrderedLine } from './order-lines.tsx'

const linesOf = (order: Order): OrderedLine[] => order.lines.map((line) => ({ itemId: line.itemId, name: line.itemName, detail: [line.sku, line.manufacturer].filter(Boolean).join(' · '), units: line.units, unit: line.unit, quantity: line.ordered, price: line.unitPrice.amount }))

/** A draft is still changed: what was suggested is seldom what is ordered. */
export function EditOrder({ order }: { order: Order }) {
  const t = useText()
  const format = useFormat()
  const [vendorId, setVendor] = useState(order.vendorId)
  const [expectedOn, setExpected] = useState(order.expectedOn ?? '')
  const [lines, setLines] = useState<OrderedLine[]>(() => linesOf(order))
  const { currency } = order.total
  const save = useWrite(() => api.updateOrder({ params: { id: order.id }, ifMatch: order.version, body: { vendorId, expectedOn: expectedOn === '' ? null : expectedOn, lines: bodyOf(lines, currency) } }), { invalidate: touched, done: t('common.saved') })
  const errors = problemToFields(t, save.error)
  const isSame = vendorId === order.vendorId && expectedOn === (order.expectedOn ?? '') && JSON.stringify(lines) === JSON.stringify(linesOf(order))
  return (
    <Stack>
      <Group align="end"><VendorSelect label={t('purchasing.vendor')} value={vendorId} onChange={setVendor} error={errors['vendorId']} /><TextInput type="date" label={t('purchasing.expected')} min={format.today()} value={expectedOn} error={errors['expectedOn']} onChange={(event) => setExpected(event.currentTarget.value)} /></Group>
      <OrderLines lines={lines} vendorId={vendorId} currency={currency} errors={errors} onChange={setLines} />
      <Group justify="end"><Button variant="default" loading={save.isPending} disabled={isSame || vendorId === '' || !isComplete(lines)} onClick={() => save.mutate(undefined)}>{t('common.save')}</Button></Group>
    </Stack>
  )
}
