import { useState } from 'react'
import { Button, Group, Select, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Money, MoneyInput } from '../../../ui/money.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { api, depositsQuery, touched, type Deposit } from '../queries.ts'

const methods = ['cash', 'card', 'upi', 'bank', 'wallet'] as const

function Take({ patientId }: { patientId: string }) {
  const t = useText()
  const { facility, facilityId } = useAuth()
  const [amount, setAmount] = useState('')
  const [method, setMethod] = useState<(typeof methods)[number]>('cash')
  const currency = facility?.currency ?? 'INR'
  const take = useWrite(() => api.takeDeposit({ body: { patientId, facilityId, method, amount: { amount, currency } } }), { invalidate: touched, onDone: () => setAmount('') })
  return (
    <Group align="end" gap="xs">
      <MoneyInput label={t('billing.deposit.amount')} currency={currency} value={amount} onChange={setAmount} />
      <Select w={120} aria-label={t('billing.pay.method')} data={methods.map((value) => ({ value, label: t(`billing.method.${value}`) }))} value={method} onChange={(value) => setMethod(methods.find((one) => one === value) ?? 'cash')} />
      <Button variant="default" loading={take.isPending} disabled={amount === ''} onClick={() => take.mutate(undefined)}>{t('billing.deposit.take')}</Button>
    </Group>
  )
}

function Line({ deposit }: { deposit: Deposit }) {
  const t = useText()
  const { can } = useAuth()
  const isLeft = Number(deposit.remaining.amount) > 0
  const method = methods.find((one) => one === deposit.method) ?? 'cash'
  return (
    <Group justify="space-between" py={4} style={{ borderBlockEnd: '1px solid var(--line)' }}>
      <Text size="sm"><span className="figures">{deposit.number}</span> · <When at={deposit.createdAt} /> · {t('billing.deposit.left')} <b><Money value={deposit.remaining} /></b></Text>
      <LifecycleButtons size="xs" actions={isLeft && can('billing.collect', deposit.facilityId) ? ['refund'] : []} invalidate={touched} steps={[{ step: 'refund', label: t('billing.deposit.refund'), needsReason: true, run: (reason) => api.refundDeposit({ params: { id: deposit.id }, ifMatch: deposit.version, body: { amount: deposit.remaining, method, reason } }) }]} />
    </Group>
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
