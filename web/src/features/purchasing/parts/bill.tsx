import { useState } from 'react'
import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { MoneyInput } from '../../../ui/money.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { Fact } from '../../inventory/public.tsx'
import { api, billTones, touched, type Receipt } from '../queries.ts'

/** The vendor's bill is matched with what came; what differs is seen at once. */
export function Bill({ receipt }: { receipt: Receipt }) {
  const t = useText()
  const format = useFormat()
  const [number, setNumber] = useState('')
  const [amount, setAmount] = useState('')
  const [on, setOn] = useState(format.today())
  const known = useQuery({ queryKey: ['purchasing', 'bills', 'of', receipt.id], queryFn: ({ signal }) => api.listBills({ query: { goodsReceiptId: receipt.id, limit: 20 }, signal }) })
  const enter = useWrite(() => api.enterBill({ params: { id: receipt.id }, body: { billNumber: number.trim(), billedOn: on, amount: { amount, currency: receipt.total.currency } } }), { invalidate: touched, onDone: () => { setNumber(''); setAmount('') } })
  const errors = problemToFields(t, enter.error)
  const damaged = receipt.lines.reduce((all, line) => all + Number(line.damagedCost.amount) + Number(line.damagedTax.amount), 0)
  return (
    <Stack>
      {(known.data?.items ?? []).map((bill) => (
        <Stack key={bill.id} gap="xs">
          <Group gap="sm"><Text size="sm" fw={600}><bdi>{bill.billNumber}</bdi></Text><StateBadge tone={billTones[bill.state]} label={t(`purchasing.bill.${bill.state}`)} /><Text size="sm" c="dimmed">{format.day(bill.billedOn)} · {t('purchasing.bill.due')} {format.day(bill.dueOn)}</Text></Group>
          <Group gap="xl"><Fact label={t('purchasing.bill.billed')} value={format.money(bill.amount)} /><Fact label={t('purchasing.bill.cameTo')} value={format.money(bill.expected)} />{bill.byOrder === null || bill.byOrder.amount === bill.expected.amount ? null : <Fact label={t('purchasing.byOrder')} value={format.money(bill.byOrder)} />}{Number(bill.difference.amount) === 0 ? null : <Fact label={t('purchasing.bill.difference')} value={format.money(bill.difference)} />}{damaged === 0 ? null : <Fact label={t('purchasing.bill.damaged')} value={format.money({ amount: damaged.toFixed(2), currency: receipt.total.currency })} />}</Group>
          {bill.reason === '' ? null : <Text size="sm" c="dimmed"><bdi>{bill.reason}</bdi></Text>}
        </Stack>
      ))}
      <Group align="end">
        <TextInput label={t('purchasing.bill.number')} maxLength={60} value={number} error={errors['billNumber']} onChange={(event) => setNumber(event.currentTarget.value)} />
        <TextInput type="date" label={t('purchasing.bill.on')} max={format.today()} value={on} error={errors['billedOn']} onChange={(event) => setOn(event.currentTarget.value)} />
        <MoneyInput label={t('common.amount')} currency={receipt.total.currency} value={amount} onChange={setAmount} />
        <Button variant="default" loading={enter.isPending} disabled={number.trim() === '' || amount === '' || on === ''} onClick={() => enter.mutate(undefined)}>{t('purchasing.bill.match')}</Button>
      </Group>
    </Stack>
  )
}
