import { useState } from 'react'
import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { MoneyInput } from '../../../ui/money.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { isAboveZero } from '../amounts.ts'
import { api, depositsQuery, touched, type Deposit } from '../queries.ts'
import { DepositRefund, depositMethods as methods } from './deposit-refund.tsx'
import { Step, Why } from './why.tsx'

function Take({ patientId }: { patientId: string }) {
  const t = useText()
  const { facility, facilityId } = useAuth()
  const [amount, setAmount] = useState('')
  const [method, setMethod] = useState<(typeof methods)[number]>('cash')
  const [reference, setReference] = useState('')
  const currency = facility?.currency ?? 'INR'
  const take = useWrite(() => api.takeDeposit({ body: { patientId, facilityId, method, amount: { amount, currency }, ...(method === 'cash' || reference.trim() === '' ? {} : { reference: reference.trim() }) } }), { invalidate: touched, done: t('billing.pay.done'), onDone: () => (setAmount(''), setReference('')) })
  return (
    <Group align="end" gap="xs">
      <MoneyInput label={t('billing.deposit.amount')} currency={currency} value={amount} onChange={setAmount} />
      <Select w={120} aria-label={t('billing.pay.method')} data={methods.map((value) => ({ value, label: t(`billing.method.${value}`) }))} value={method} onChange={(value) => setMethod(methods.find((one) => one === value) ?? 'cash')} />
      {method === 'cash' ? null : <TextInput label={t('billing.pay.reference')} maxLength={100} autoComplete="off" value={reference} onChange={(event) => setReference(event.currentTarget.value)} />}
      <Button variant="default" loading={take.isPending} disabled={!isAboveZero(amount)} onClick={() => take.mutate(undefined)}>{t('billing.deposit.take')}</Button>
    </Group>
  )
}

function Line({ deposit }: { deposit: Deposit }) {
  const t = useText()
  const { can } = useAuth()
  const [isRefunding, setRefunding] = useState(false)
  const mayRefund = isAboveZero(deposit.remaining.amount) && can('billing.collect', deposit.facilityId)
  return (
    <div style={{ borderBlockEnd: '1px solid var(--line)' }}>
      <Group justify="space-between" py={4}>
        <Text size="sm" component="div"><span className="figures">{deposit.number}</span> · <When at={deposit.createdAt} /> · {t('billing.deposit.left')} <b><DepositLeft deposit={deposit} /></b></Text>
        {mayRefund && !isRefunding ? <Button size="xs" variant="default" aria-label={`${t('billing.deposit.refund')}: ${deposit.number}`} onClick={() => setRefunding(true)}>{t('billing.deposit.refund')}</Button> : null}
      </Group>
      {mayRefund && isRefunding ? <DepositRefund deposit={deposit} onClose={() => setRefunding(false)} /> : null}
    </div>
  )
}

function DepositLeft({ deposit }: { deposit: Deposit }) {
  const t = useText()
  return (
    <Why value={deposit.remaining} of={deposit.number}>
      <Step label={t('billing.deposit.taken', { method: t(`billing.method.${deposit.method}`) })} value={deposit.amount} />
      {isAboveZero(deposit.used.amount) ? <Step label={t('billing.deposit.used')} value={deposit.used} sign="−" /> : null}
      {isAboveZero(deposit.refunded.amount) ? <Step label={t('billing.sum.refunded')} value={deposit.refunded} sign="−" /> : null}
    </Why>
  )
}

/** Money taken in advance: what is left of it, taking more, giving it back. */
export function Deposits({ patientId }: { patientId: string }) {
  const t = useText()
  const query = useQuery(depositsQuery(patientId))
  return (
    <Stack gap="sm">
      <Loaded query={query} rows={1}>{({ items }) => (items.length === 0 ? <Text size="sm" c="dimmed">{t('billing.deposit.empty')}</Text> : <div>{items.map((deposit) => <Line key={deposit.id} deposit={deposit} />)}</div>)}</Loaded>
      <Can permission="billing.collect"><Take patientId={patientId} /></Can>
    </Stack>
  )
}
