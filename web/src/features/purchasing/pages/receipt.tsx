import { useState } from 'react'
import { Button, Group, Stack, Table, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { usePathParam } from '../../../kernel/routing.tsx'
import { Money, MoneyInput } from '../../../ui/money.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Loaded, StateBadge } from '../../../ui/states.tsx'
import { Way } from '../../inventory/public.tsx'
import { api, receiptQuery, touched, type Receipt } from '../queries.ts'

const tones = { matched: 'good', disputed: 'bad', approved: 'info' } as const

/** The vendor's bill is matched with what came; what differs is seen at once. */
function Bill({ receipt }: { receipt: Receipt }) {
  const t = useText()
  const format = useFormat()
  const [number, setNumber] = useState('')
  const [amount, setAmount] = useState('')
  const enter = useWrite(() => api.enterBill({ params: { id: receipt.id }, body: { billNumber: number, billedOn: format.today(), amount: { amount, currency: receipt.total.currency } } }), { invalidate: touched })
  const errors = problemToFields(t, enter.error)
  if (enter.data !== undefined) return <Group><StateBadge tone={tones[enter.data.state]} label={t(`purchasing.bill.${enter.data.state}`)} /><Text size="sm">{t('purchasing.bill.difference')} <Money value={enter.data.difference} /></Text></Group>
  return (
    <Group align="end">
      <TextInput label={t('purchasing.bill.number')} maxLength={60} value={number} error={errors['billNumber']} onChange={(event) => setNumber(event.currentTarget.value)} />
      <MoneyInput label={t('common.amount')} currency={receipt.total.currency} value={amount} onChange={setAmount} />
      <Button loading={enter.isPending} disabled={number.trim() === '' || amount === ''} onClick={() => enter.mutate(undefined)}>{t('purchasing.bill.match')}</Button>
    </Group>
  )
}

function Return({ receipt }: { receipt: Receipt }) {
  const t = useText()
  const [typed, setTyped] = useState<Record<string, string>>({})
  const [reason, setReason] = useState('')
  const lines = receipt.lines.flatMap((line) => ((typed[line.id] ?? '') === '' ? [] : [{ goodsReceiptLineId: line.id, quantity: typed[line.id] ?? '' }]))
  const back = useWrite(() => api.returnGoods({ params: { id: receipt.id }, body: { reason, lines } }), { invalidate: touched, done: t('purchasing.return.done'), onDone: () => setTyped({}) })
  const errors = problemToFields(t, back.error)
  return (
    <Stack>
      {receipt.lines.map((line) => <Group key={line.id} align="end"><Text size="sm" style={{ flex: 1 }}><bdi>{line.itemName}</bdi> <Text span size="xs" c="dimmed">{line.batch}</Text></Text><TextInput w={120} inputMode="decimal" aria-label={`${t('purchasing.return')}: ${line.itemName}`} value={typed[line.id] ?? ''} error={errors[`lines.${lines.findIndex((one) => one.goodsReceiptLineId === line.id)}.quantity`]} onChange={(event) => setTyped({ ...typed, [line.id]: event.currentTarget.value.trim() })} /></Group>)}
      <TextInput label={t('common.reason')} maxLength={300} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
      <Group justify="end"><Button variant="default" loading={back.isPending} disabled={lines.length === 0 || reason.trim() === ''} onClick={() => back.mutate(undefined)}>{t('purchasing.return')}</Button></Group>
    </Stack>
  )
}

/** One goods receipt: lots at landed cost, the bill, what goes back. */
export function ReceiptPage() {
  const t = useText()
  const format = useFormat()
  const query = useQuery(receiptQuery(usePathParam('id')))
  return (
    <Page title={query.data?.number ?? t('purchasing.receipt')} crumbs={[{ label: t('purchasing.receipts'), path: '/purchasing/receipts' }]}>
      <Loaded query={query}>
        {(receipt) => (
          <>
            <Section>
              <Text size="sm" mb="sm"><Way from={receipt.vendorName} to={receipt.storeName} /> · {format.full(receipt.receivedOn)}</Text>
              <Table.ScrollContainer minWidth={720}>
                <Table>
                  <Table.Thead><Table.Tr><Table.Th>{t('inventory.item')}</Table.Th><Table.Th>{t('inventory.batch')}</Table.Th><Table.Th>{t('inventory.expires')}</Table.Th><Table.Th ta="end">{t('common.quantity')}</Table.Th><Table.Th ta="end">{t('purchasing.field.free')}</Table.Th><Table.Th ta="end">{t('purchasing.landed')}</Table.Th><Table.Th ta="end">{t('purchasing.tax')}</Table.Th><Table.Th ta="end">{t('common.amount')}</Table.Th></Table.Tr></Table.Thead>
                  <Table.Tbody>
                    {receipt.lines.map((line) => <Table.Tr key={line.id}><Table.Td><bdi>{line.itemName}</bdi></Table.Td><Table.Td><bdi>{line.batch}</bdi></Table.Td><Table.Td>{format.day(line.expiresOn)}</Table.Td><Table.Td ta="end" className="figures">{line.quantity}{line.returned === '0' ? '' : ` (−${line.returned})`}</Table.Td><Table.Td ta="end" className="figures">{line.free}</Table.Td><Table.Td ta="end"><Money value={line.landedUnitCost} /></Table.Td><Table.Td ta="end"><Money value={line.tax} /></Table.Td><Table.Td ta="end"><Money value={line.lineCost} /></Table.Td></Table.Tr>)}
                    <Table.Tr fw={600}><Table.Td colSpan={6}>{t('common.total')}</Table.Td><Table.Td ta="end"><Money value={receipt.taxTotal} /></Table.Td><Table.Td ta="end"><Money value={receipt.total} /></Table.Td></Table.Tr>
                  </Table.Tbody>
                </Table>
              </Table.ScrollContainer>
            </Section>
            <Section title={t('purchasing.bill')}><Bill receipt={receipt} /></Section>
            <Section title={t('purchasing.return')}><Return receipt={receipt} /></Section>
          </>
        )}
      </Loaded>
    </Page>
  )
}
