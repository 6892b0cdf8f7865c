import { useState } from 'react'
import { Button, Group, Stack, Text, Textarea } from '@mantine/core'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { MoneyInput } from '../../../ui/money.tsx'
import { isAboveZero, isZero } from '../amounts.ts'
import { api, touched } from '../queries.ts'
import type { Shift } from '../shift-queries.ts'
import { Person } from './person.tsx'

/** Closes a counted shift: why it differs, and who takes the cash that does not stay. */
export function ShiftClose({ shift }: { shift: Shift }) {
  const t = useText()
  const { currency } = shift.openingFloat
  const [reason, setReason] = useState('')
  const [amount, setAmount] = useState('')
  const [personId, setPerson] = useState('')
  const isDifferent = shift.amounts.some((one) => one.difference !== null && !isZero(one.difference.amount))
  const isHanding = amount !== '' && isAboveZero(amount)
  const close = useWrite(() => api.closeCashierShift({ params: { id: shift.id }, ifMatch: shift.version, body: { ...(reason.trim() === '' ? {} : { reason: reason.trim() }), ...(isHanding ? { handOver: { personId, amount: { amount, currency } } } : {}) } }), { invalidate: touched, done: t('billing.shift.closeDone') })
  const errors = problemToFields(t, close.error)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        close.mutate(undefined)
      }}
    >
      <Stack gap="sm" maw={560}>
        {isDifferent ? <Textarea label={t('billing.shift.why')} withAsterisk autosize minRows={2} maxLength={500} value={reason} error={errors['reason']} onChange={(event) => setReason(event.currentTarget.value)} /> : <Text size="sm">{t('billing.shift.agrees')}</Text>}
        <Group grow align="start">
          <MoneyInput label={t('billing.shift.handOver')} currency={currency} value={amount} onChange={setAmount} {...(errors['handOver.amount.amount'] === undefined ? {} : { error: errors['handOver.amount.amount'] })} />
          <Person label={t('billing.shift.handTo')} value={personId} onChange={setPerson} error={errors['handOver.personId']} />
        </Group>
        <Group justify="end"><Button type="submit" loading={close.isPending} disabled={(isDifferent && reason.trim() === '') || (isHanding && personId === '')}>{t('billing.shift.close')}</Button></Group>
      </Stack>
    </form>
  )
}
