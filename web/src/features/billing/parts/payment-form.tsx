import { useState } from 'react'
import { Button, Group, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { paymentMethod } from '#contract/billing.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useFormat } from '../../../kernel/format.ts'
import { Money, MoneyInput } from '../../../ui/money.tsx'
import { isAboveZero, isBelow, less } from '../amounts.ts'
import { api, depositsQuery, touched, type Bill } from '../queries.ts'

type Method = (typeof paymentMethod.options)[number]
const hasReference = new Set<Method>(['card', 'upi', 'bank', 'wallet', 'insurance'])

function MethodChoice({ methods, value, onChange }: { methods: Method[]; value: Method; onChange: (method: Method) => void }) {
  const t = useText()
  const isNarrow = useMediaQuery('(max-width: 40em)') ?? false
  const data = methods.map((one) => ({ value: one, label: t(`billing.method.${one}`) }))
  const choose = (chosen: string | null) => onChange(methods.find((one) => one === chosen) ?? 'cash')
  if (isNarrow) return <Select label={t('billing.pay.method')} allowDeselect={false} data={data} value={value} onChange={choose} />
  return <SegmentedControl fullWidth size="sm" aria-label={t('billing.pay.method')} data={data} value={value} onChange={choose} />
}

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
  const usable = (deposits.data?.items ?? []).filter((deposit) => isAboveZero(deposit.remaining.amount) && deposit.facilityId === bill.facilityId)
  const { currency } = bill.balance
  const pay = useWrite(() => api.pay({ params: { id: bill.id }, ifMatch: bill.version, body: { method, amount: { amount, currency }, ...(reference.trim() === '' || !hasReference.has(method) ? {} : { reference: reference.trim() }), ...(method === 'deposit' && depositId !== null ? { depositId } : {}) } }), { invalidate: touched, done: t('billing.pay.done') })
  const isTooLittle = method === 'cash' && given !== '' && isBelow(given, amount)
  const methods = paymentMethod.options.filter((one) => one !== 'deposit' || usable.length > 0)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        pay.mutate(undefined)
      }}
    >
      <Stack gap="sm">
        <MethodChoice methods={methods} value={method} onChange={setMethod} />
        <Group grow align="start">
          <MoneyInput label={t('common.amount')} currency={currency} value={amount} onChange={setAmount} isRequired />
          {method === 'cash' ? <MoneyInput label={t('billing.pay.given')} currency={currency} value={given} onChange={setGiven} {...(isTooLittle ? { error: t('billing.pay.tooLittle') } : {})} /> : null}
          {hasReference.has(method) ? <TextInput label={t('billing.pay.reference')} maxLength={100} autoComplete="off" value={reference} onChange={(event) => setReference(event.currentTarget.value)} /> : null}
          {method === 'deposit' ? <Select label={t('billing.deposit.title')} data={usable.map((deposit) => ({ value: deposit.id, label: `${deposit.number} · ${format.money(deposit.remaining)}` }))} value={depositId} onChange={setDeposit} /> : null}
        </Group>
        <Group justify="space-between">
          <Text size="sm" role="status">{method === 'cash' && given !== '' && !isTooLittle ? <>{t('billing.pay.change')} <b><Money value={{ amount: less(given, amount), currency }} /></b></> : null}</Text>
          <Button type="submit" loading={pay.isPending} disabled={!isAboveZero(amount) || isTooLittle || (method === 'deposit' && depositId === null)}>{t('billing.pay.take')}</Button>
        </Group>
      </Stack>
    </form>
  )
}
