import { useState } from 'react'
import { Button, Group, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { paymentMethod } from '#contract/billing.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useFormat } from '../../../kernel/format.ts'
import { Money, MoneyInput } from '../../../ui/money.tsx'
import { api, depositsQuery, touched, type Bill } from '../queries.ts'

type Method = (typeof paymentMethod.options)[number]
const hasReference = new Set<Method>(['card', 'upi', 'bank', 'wallet', 'insurance'])

/** Minor units as a whole number, for the change to give back; nothing is booked from it. */
const minor = (amount: string): number => Math.round(Number(amount || '0') * 100)

/** Takes a payment: the balance unless another amount is typed; several may follow. */
export function PaymentForm({ bill }: { bill: Bill }) {
  const t = useText()
  const format = useFormat()
  const [method, setMethod] = useState<Method>('cash')
  const [amount, setAmount] = useState(bill.balance.amount)
  const [given, setGiven] = useState('')
  const [reference, setReference] = useState('')
  const [depositId, setDeposit] = useState<string | null>(null)
  const deposits = useQuery(depositsQuery(bill.patientId))
  const usable = (deposits.data?.items ?? []).filter((deposit) => Number(deposit.remaining.amount) > 0 && deposit.facilityId === bill.facilityId)
  const { currency } = bill.balance
  const pay = useWrite(() => api.pay({ params: { id: bill.id }, ifMatch: bill.version, body: { method, amount: { amount, currency }, ...(reference.trim() === '' ? {} : { reference: reference.trim() }), ...(method === 'deposit' && depositId !== null ? { depositId } : {}) } }), { invalidate: touched, done: t('billing.pay.done') })
  const change = minor(given) - minor(amount)
  const methods = paymentMethod.options.filter((one) => one !== 'deposit' || usable.length > 0)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        pay.mutate(undefined)
      }}
    >
      <Stack gap="sm">
        <SegmentedControl fullWidth size="sm" aria-label={t('billing.pay.method')} data={methods.map((value) => ({ value, label: t(`billing.method.${value}`) }))} value={method} onChange={(value) => setMethod(methods.find((one) => one === value) ?? 'cash')} />
        <Group grow align="start">
          <MoneyInput label={t('common.amount')} currency={currency} value={amount} onChange={setAmount} isRequired />
          {method === 'cash' ? <MoneyInput label={t('billing.pay.given')} currency={currency} value={given} onChange={setGiven} /> : null}
          {hasReference.has(method) ? <TextInput label={t('billing.pay.reference')} maxLength={100} autoComplete="off" value={reference} onChange={(event) => setReference(event.currentTarget.value)} /> : null}
          {method === 'deposit' ? <Select label={t('billing.deposit.title')} data={usable.map((deposit) => ({ value: deposit.id, label: `${deposit.number} · ${format.money(deposit.remaining)}` }))} value={depositId} onChange={setDeposit} /> : null}
        </Group>
        <Group justify="space-between">
          <Text size="sm" role="status">{method === 'cash' && given !== '' && change >= 0 ? <>{t('billing.pay.change')} <b><Money value={{ amount: (change / 100).toFixed(2), currency }} /></b></> : null}</Text>
          <Button type="submit" loading={pay.isPending} disabled={amount === '' || (method === 'deposit' && depositId === null)}>{t('billing.pay.take')}</Button>
        </Group>
      </Stack>
    </form>
  )
}
