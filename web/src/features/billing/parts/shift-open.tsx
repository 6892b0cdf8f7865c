import { useState } from 'react'
import { Autocomplete, Button, Group, Stack, Text } from '@mantine/core'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useGo } from '../../../kernel/routing.tsx'
import { MoneyInput } from '../../../ui/money.tsx'
import { api, touched } from '../queries.ts'
import type { CurrentShift } from '../shift-queries.ts'

/** Opens a shift: which till, and what is in it; what was left there last is offered. */
export function ShiftOpen({ current }: { current: CurrentShift }) {
  const t = useText()
  const format = useFormat()
  const go = useGo()
  const { facilityId, facility } = useAuth()
  const currency = facility?.currency ?? 'INR'
  const [till, setTill] = useState('')
  const [float, setFloat] = useState('')
  const open = useWrite(() => api.openCashierShift({ body: { facilityId, till: till.trim(), openingFloat: { amount: float, currency } } }), { invalidate: touched, done: t('billing.shift.opened'), onDone: (shift) => go(`/billing/shifts/${shift.id}`) })
  const errors = problemToFields(t, open.error)
  const known = current.tills.find((one) => one.till === till.trim())
  const choose = (name: string) => {
    setTill(name)
    const left = current.tills.find((one) => one.till === name.trim())?.leftInTill
    if (left) setFloat(left.amount)
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        open.mutate(undefined)
      }}
    >
      <Stack gap="xs">
        <Text size="sm" c="dimmed">{t(current.isShiftRequired ? 'billing.shift.requiredHint' : 'billing.shift.noneHint')}</Text>
        <Group align="end">
          <Autocomplete label={t('billing.shift.till')} placeholder={t('billing.shift.tillHint')} maxLength={60} withAsterisk data={current.tills.filter((one) => one.takenBy === '').map((one) => one.till)} value={till} error={errors['till']} onChange={choose} />
          <MoneyInput label={t('billing.shift.float')} currency={currency} value={float} onChange={setFloat} isRequired {...(errors['openingFloat.amount'] === undefined ? {} : { error: errors['openingFloat.amount'] })} />
          <Button type="submit" loading={open.isPending} disabled={till.trim() === '' || float === ''}>{t('billing.shift.open')}</Button>
        </Group>
        {known?.leftInTill ? <Text size="xs" c="dimmed">{t('billing.shift.floatLeft', { amount: format.money(known.leftInTill) })}</Text> : null}
        {current.tills.filter((one) => one.takenBy !== '').map((one) => <Text key={one.till} size="xs" c="dimmed">{t('billing.shift.takenBy', { till: one.till, name: one.takenBy })}</Text>)}
      </Stack>
    </form>
  )
}
