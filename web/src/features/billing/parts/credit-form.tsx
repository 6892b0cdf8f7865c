import { useState } from 'react'
import { Button, Group, Stack, Table, TextInput, Textarea } from '@mantine/core'
import { plainNumber } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { isAboveZero, less, typedNumber } from '../amounts.ts'
import { api, touched, type Bill } from '../queries.ts'

/** Takes back quantities of an issued bill; the server says the amounts. */
export function CreditForm({ bill, onClose }: { bill: Bill; onClose: () => void }) {
  const t = useText()
  const [quantities, setQuantities] = useState<Record<string, string>>({})
  const [reason, setReason] = useState('')
  const lines = Object.entries(quantities).map(([invoiceLineId, quantity]) => ({ invoiceLineId, quantity: typedNumber(quantity) ?? '' })).filter((line) => isAboveZero(line.quantity))
  const credit = useWrite(() => api.creditInvoice({ body: { invoiceId: bill.id, lines, reason: reason.trim() } }), { invalidate: touched, done: t('billing.credit.done'), onDone: onClose })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        credit.mutate(undefined)
      }}
    >
      <Stack gap="sm">
        <Table>
          <Table.Tbody>
            {bill.lines.filter((line) => line.creditedQuantity !== line.quantity).map((line) => (
              <Table.Tr key={line.id}>
                <Table.Td>{line.name}</Table.Td>
                <Table.Td w={160}><TextInput size="xs" inputMode="decimal" aria-label={`${t('billing.credit.quantity')}: ${line.name}`} placeholder={t('billing.credit.of', { quantity: plainNumber(less(line.quantity, line.creditedQuantity)) })} value={quantities[line.id] ?? ''} onChange={(event) => setQuantities({ ...quantities, [line.id]: event.currentTarget.value })} /></Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Textarea label={t('common.reason')} withAsterisk autosize minRows={2} maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
        <Group justify="end">
          <Button variant="default" onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" loading={credit.isPending} disabled={lines.length === 0 || reason.trim() === ''}>{t('billing.credit.make')}</Button>
        </Group>
      </Stack>
    </form>
  )
}
