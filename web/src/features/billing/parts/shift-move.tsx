import { useState } from 'react'
import { Button, Group, SegmentedControl, Stack, TextInput } from '@mantine/core'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { MoneyInput } from '../../../ui/money.tsx'
import { isAboveZero } from '../amounts.ts'
import { api, touched } from '../queries.ts'
import type { Shift } from '../shift-queries.ts'
import { Person } from './person.tsx'

/** Cash that leaves the till or comes into it without a sale: to whom or from whom. */
export function ShiftMove({ shift, onClose }: { shift: Shift; onClose: () => void }) {
  const t = useText()
  const { currency } = shift.openingFloat
  const [kind, setKind] = useState<'handed-over' | 'topped-up'>('handed-over')
  const [amount, setAmount] = useState('')
  const [personId, setPerson] = useState('')
  const [note, setNote] = useState('')
  const move = useWrite(() => api.moveShiftCash({ params: { id: shift.id }, ifMatch: shift.version, body: { kind, amount: { amount, currency }, personId, ...(note.trim() === '' ? {} : { note: note.trim() }) } }), { invalidate: touched, done: t('billing.shift.handedOver'), onDone: onClose })
  const errors = problemToFields(t, move.error)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        move.mutate(undefined)
      }}
    >
      <Stack gap="sm">
        <SegmentedControl data={(['handed-over', 'topped-up'] as const).map((value) => ({ value, label: t(`billing.shift.move.${value}`) }))} value={kind} onChange={(value) => setKind(value === 'topped-up' ? 'topped-up' : 'handed-over')} />
        <MoneyInput label={t('common.amount')} currency={currency} value={amount} onChange={setAmount} isRequired {...(errors['amount.amount'] === undefined ? {} : { error: errors['amount.amount'] })} />
        <Person label={t(kind === 'handed-over' ? 'billing.shift.handTo' : 'billing.shift.from')} value={personId} onChange={setPerson} error={errors['personId']} />
        <TextInput label={t('common.note')} maxLength={300} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
        <Group justify="end">
          <Button variant="default" onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" loading={move.isPending} disabled={!isAboveZero(amount) || personId === ''}>{t('common.save')}</Button>
        </Group>
      </Stack>
    </form>
  )
}
