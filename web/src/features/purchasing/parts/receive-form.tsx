import { useState } from 'react'
import { Button, Checkbox, Group, SimpleGrid, Stack, Table, Text, TextInput } from '@mantine/core'
import { useAuth } from '../../../kernel/auth.tsx'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useGo } from '../../../kernel/routing.tsx'
import { moveInGrid } from '../../../ui/grid-keys.ts'
import { MoneyInput } from '../../../ui/money.tsx'
import { ItemSearch, type Taken } from '../../inventory/public.tsx'
import { api, touched, type Order } from '../queries.ts'

interface Came {
  quantity: string
  free: string
  batch: string
  expiresOn: string
  mrp: string
}

const nothing: Came = { quantity: '', free: '', batch: '', expiresOn: '', mrp: '' }
const fields = ['quantity', 'free', 'batch', 'expiresOn', 'mrp'] as const
const pathOf = { quantity: 'quantity', free: 'free', batch: 'lot.batch', expiresOn: 'lot.expiresOn', mrp: 'lot.mrp.amount' }
const open = (line: Order['lines'][number]): number => Number(line.ordered) * (1 - Number(line.received) / Number(line.quantity))

/** Receives goods of an order: a scan finds the line and fills batch and expiry. */
export function ReceiveForm({ order }: { order: Order }) {
  const t = useText()
  const go = useGo()
  const { facility } = useAuth()
  const [came, setCame] = useState<Record<string, Came>>({})
  const [freight, setFreight] = useState('')
  const [temperature, setTemperature] = useState('')
  const [note, setNote] = useState('')
  const [isAccepted, setAccepted] = useState(false)
  const [stray, setStray] = useState('')
  const currency = facility?.currency ?? 'INR'
  const waiting = order.lines.filter((line) => open(line) > 0)
  const of = (id: string): Came => came[id] ?? nothing
  const set = (id: string, change: Partial<Came>) => setCame((before) => ({ ...before, [id]: { ...(before[id] ?? nothing), ...change } }))
  const scan = ({ item, batch, expiresOn }: Taken) => {
    const line = waiting.find((one) => one.itemId === item.id)
    setStray(line === undefined ? item.name : '')
    if (line !== undefined) set(line.id, { quantity: of(line.id).quantity === '' ? String(open(line)) : of(line.id).quantity, ...(batch === '' ? {} : { batch }), ...(expiresOn === '' ? {} : { expiresOn }) })
  }
  const lines = waiting.filter((line) => of(line.id).quantity !== '')
  const receive = useWrite(
    () => api.receiveGoods({
      body: {
        storeId: order.storeId, purchaseOrderId: order.id, ...(freight === '' ? {} : { freight: { amount: freight, currency } }), ...(temperature === '' ? {} : { temperatureCelsius: temperature }), ...(note === '' ? {} : { deliveryNote: note }), isAccepted,
        lines: lines.map((line) => {
          const one = of(line.id)
          return { purchaseOrderLineId: line.id, quantity: one.quantity, ...(one.free === '' ? {} : { free: one.free }), lot: { batch: one.batch, ...(one.expiresOn === '' ? {} : { expiresOn: one.expiresOn }), ...(one.mrp === '' ? {} : { mrp: { amount: one.mrp, currency }, mrpUnit: line.unit }) } }
        }),
      },
    }),
    { invalidate: touched, done: t('purchasing.received'), onDone: (receipt) => go(`/purchasing/receipts/${receipt.id}`) },
  )
  const errors = problemToFields(t, receive.error)
  return (
    <Stack>
      <ItemSearch label={t('purchasing.scan')} onTake={scan} />
      {stray === '' ? null : <Text size="sm" role="alert" c="var(--bad, inherit)">{t('purchasing.notOrdered', { name: stray })}</Text>}
      <Table.ScrollContainer minWidth={820}>
        <Table onKeyDown={moveInGrid}>
          <Table.Thead><Table.Tr><Table.Th>{t('inventory.item')}</Table.Th><Table.Th ta="end">{t('purchasing.open')}</Table.Th>{fields.map((field) => <Table.Th key={field}>{t(`purchasing.field.${field}`)}</Table.Th>)}</Table.Tr></Table.Thead>
          <Table.Tbody>
            {waiting.map((line) => (
              <Table.Tr key={line.id}>
                <Table.Td><bdi>{line.itemName}</bdi></Table.Td><Table.Td ta="end" className="figures">{open(line)} <bdi>{line.unit}</bdi></Table.Td>
                {fields.map((field) => <Table.Td key={field}><TextInput size="sm" w={field === 'batch' || field === 'expiresOn' ? 120 : 84} inputMode={field === 'batch' || field === 'expiresOn' ? 'text' : 'decimal'} placeholder={field === 'expiresOn' ? 'YYYY-MM' : ''} aria-label={`${t(`purchasing.field.${field}`)}: ${line.itemName}`} value={of(line.id)[field]} error={errors[`lines.${lines.indexOf(line)}.${pathOf[field]}`]} onChange={(event) => set(line.id, { [field]: event.currentTarget.value.trim() })} /></Table.Td>)}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <TextInput label={t('purchasing.deliveryNote')} maxLength={60} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
        <MoneyInput label={t('purchasing.freight')} currency={currency} value={freight} onChange={setFreight} />
        <TextInput label={t('purchasing.temperature')} inputMode="decimal" value={temperature} error={errors['temperatureCelsius']} onChange={(event) => setTemperature(event.currentTarget.value.trim())} />
      </SimpleGrid>
      <Checkbox label={t('purchasing.accept')} checked={isAccepted} onChange={(event) => setAccepted(event.currentTarget.checked)} />
      <Group justify="end"><Button loading={receive.isPending} disabled={lines.length === 0 || lines.some((line) => of(line.id).batch === '')} onClick={() => receive.mutate(undefined)}>{t('purchasing.receive')}</Button></Group>
    </Stack>
  )
}
