import { useState } from 'react'
import { Button, Checkbox, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { useAuth } from '../../../kernel/auth.tsx'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useGo } from '../../../kernel/routing.tsx'
import { MoneyInput } from '../../../ui/money.tsx'
import { ItemSearch, type Taken, Witness } from '../../inventory/public.tsx'
import { api, touched, type Order } from '../queries.ts'
import { anotherBatch, type Came, ReceiveRows, rowOf, rowsOf } from './receive-rows.tsx'

/** What a scan does: fills the row of its item, begins another batch of it, or adds the item where there is no order. */
function scanned(rows: readonly Came[], { item, unit, batch, expiresOn }: Taken, hasOrder: boolean): Came[] | undefined {
  const own = rows.filter((row) => row.itemId === item.id)
  const filled = (row: Came): Came => ({ ...row, quantity: row.quantity === '' && row.open !== undefined ? String(row.open) : row.quantity, batch: batch || row.batch, expiresOn: expiresOn || row.expiresOn })
  const row = own.find((one) => one.batch === '' || batch === '' || one.batch === batch)
  if (row !== undefined) return rows.map((one) => (one === row ? filled(row) : one))
  const [first] = own
  if (first !== undefined) return rows.flatMap((one) => (one === first ? [one, { ...anotherBatch(first, `${first.key}+${rows.length}`), batch, expiresOn }] : [one]))
  return hasOrder ? undefined : [...rows, filled(rowOf(item, unit, `${item.id}+${rows.length}`))]
}

interface ReceiveFormProps {
  storeId: string
  /** The order it answers, or the vendor it came from without one. */
  order?: Order
  vendorId?: string
}

/** Receives goods: a scan finds the line and fills batch and expiry; one line may come in several batches. */
export function ReceiveForm({ storeId, order, vendorId }: ReceiveFormProps) {
  const t = useText()
  const go = useGo()
  const { facility } = useAuth()
  const [rows, setRows] = useState<Came[]>(() => (order === undefined ? [] : rowsOf(order)))
  const [typed, setTyped] = useState({ freight: '', temperature: '', deliveryNote: '', note: '' })
  const [isAccepted, setAccepted] = useState(false)
  const [isOverAccepted, setOverAccepted] = useState(false)
  const [stray, setStray] = useState('')
  const [witnessId, setWitness] = useState('')
  const currency = facility?.currency ?? 'INR'
  const hasOrder = order !== undefined
  const lines = rows.filter((row) => row.quantity !== '' || row.free !== '' || row.damaged !== '')
  const isOver = rows.some((row) => row.open !== undefined && row.open < rows.filter((one) => one.orderLineId === row.orderLineId).reduce((all, one) => all + Number(one.quantity), 0))
  const scan = (taken: Taken) => {
    const after = scanned(rows, taken, hasOrder)
    setStray(after === undefined ? taken.item.name : '')
    if (after !== undefined) setRows(after)
  }
  const money = (amount: string) => ({ amount, currency })
  const lineOf = (row: Came) => ({
    ...(row.orderLineId === undefined ? { itemId: row.itemId, unit: row.unit } : { purchaseOrderLineId: row.orderLineId }), quantity: row.quantity === '' ? '0' : row.quantity, ...(row.free === '' ? {} : { free: row.free }), ...(row.damaged === '' ? {} : { damaged: row.damaged }), ...(row.isRestGivenUp ? { isRestGivenUp: true } : {}), ...(row.price === '' ? {} : { unitPrice: money(row.price) }), ...(row.tax === '' ? {} : { taxRatePercent: row.tax }),
    lot: { batch: row.batch, ...(row.expiresOn === '' ? {} : { expiresOn: row.expiresOn }), ...(row.mrp === '' ? {} : { mrp: money(row.mrp), mrpUnit: row.unit }) },
  })
  const { freight, temperature, deliveryNote, note } = typed
  const receive = useWrite(
    () => api.receiveGoods({ body: { storeId, ...(order === undefined ? { vendorId: vendorId ?? '' } : { purchaseOrderId: order.id }), ...(freight === '' ? {} : { freight: money(freight) }), ...(temperature === '' ? {} : { temperatureCelsius: temperature }), deliveryNote, note, isAccepted, ...(isOverAccepted ? { isOverAccepted } : {}), ...(witnessId === '' ? {} : { witnessId }), lines: lines.map(lineOf) } }),
    { invalidate: touched, done: t('purchasing.received'), onDone: (receipt) => go(`/purchasing/receipts/${receipt.id}`) },
  )
  const errors = problemToFields(t, receive.error)
  const set = (name: keyof typeof typed) => (event: { currentTarget: { value: string } }) => setTyped({ ...typed, [name]: event.currentTarget.value })
  const isWhole = lines.length > 0 && lines.every((row) => row.batch !== '' && (hasOrder || row.price !== '')) && (hasOrder || (vendorId ?? '') !== '') && storeId !== ''
  return (
    <Stack>
      <ItemSearch label={t('purchasing.scan')} onTake={scan} />
      {stray === '' ? null : <Text size="sm" role="alert" fw={600}>{t('purchasing.notOrdered', { name: stray })}</Text>}
      {rows.length === 0 ? null : <ReceiveRows rows={rows} hasOrder={hasOrder} errorOf={(row, path) => errors[`lines.${lines.indexOf(row)}.${path}`]} onChange={setRows} />}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }}>
        <TextInput label={t('purchasing.deliveryNote')} maxLength={60} value={deliveryNote} onChange={set('deliveryNote')} />
        <MoneyInput label={t('purchasing.freight')} currency={currency} value={freight} onChange={(amount) => setTyped({ ...typed, freight: amount })} />
        <TextInput label={t('purchasing.temperature')} inputMode="decimal" value={temperature} error={errors['temperatureCelsius']} onChange={set('temperature')} />
        <TextInput label={t('purchasing.note')} maxLength={500} value={note} onChange={set('note')} />
      </SimpleGrid>
      {errors['witnessId'] === undefined && witnessId === '' ? null : <Witness value={witnessId} error={errors['witnessId']} onChange={setWitness} />}
      <Checkbox label={t('purchasing.accept')} checked={isAccepted} onChange={(event) => setAccepted(event.currentTarget.checked)} />
      {isOver ? <Checkbox label={t('purchasing.acceptOver')} checked={isOverAccepted} onChange={(event) => setOverAccepted(event.currentTarget.checked)} /> : null}
      <Group justify="end"><Button loading={receive.isPending} disabled={!isWhole} onClick={() => receive.mutate(undefined)}>{t('purchasing.receive')}</Button></Group>
    </Stack>
  )
}
