import { useState } from 'react'
import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { api, touched, type Receipt } from '../queries.ts'

/** A debit note for what came damaged: it was no stock, so none leaves. */
export function Claim({ receipt }: { receipt: Receipt }) {
  const t = useText()
  const format = useFormat()
  const [reason, setReason] = useState('')
  const open = receipt.lines.filter((line) => Number(line.damaged) > Number(line.claimed))
  const worth = open.reduce((all, line) => all + Number(line.damagedCost.amount) + Number(line.damagedTax.amount), 0)
  const claim = useWrite(() => api.claimDamaged({ params: { id: receipt.id }, body: { reason: reason.trim() } }), { invalidate: touched, done: t('purchasing.claim.done') })
  return (
    <Stack>
      <Text size="sm">{t('purchasing.claim.worth', { worth: format.money({ amount: worth.toFixed(2), currency: receipt.total.currency }) })}</Text>
      <Stack gap={4}>{open.map((line) => <Group key={line.id} justify="space-between" wrap="nowrap"><Text size="sm"><bdi>{line.itemName}</bdi> <Text span size="xs" c="dimmed"><bdi>{line.batch}</bdi></Text></Text><Text size="sm" className="figures">{line.damaged} <bdi>{line.unit}</bdi></Text></Group>)}</Stack>
      <Group align="end">
        <TextInput style={{ flex: 1 }} miw={220} label={t('purchasing.claim.why')} withAsterisk maxLength={300} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
        <Button variant="default" loading={claim.isPending} disabled={reason.trim() === ''} onClick={() => claim.mutate(undefined)}>{t('purchasing.claim')}</Button>
      </Group>
    </Stack>
  )
}
