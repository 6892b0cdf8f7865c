import { useState } from 'react'
import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useQueries, useQuery } from '@tanstack/react-query'
import { inventory } from '#contract/inventory.ts'
import { client, openBlob } from '../../../kernel/api.ts'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { Money } from '../../../ui/money.tsx'
import { Witness } from '../../inventory/public.tsx'
import { api, touched, type Receipt } from '../queries.ts'

const stock = client(inventory)
const left = (line: Receipt['lines'][number]): number => Math.round((Number(line.quantity) + Number(line.free) - Number(line.returned)) * 1000) / 1000

/** What went back of a receipt so far, each with its debit note. */
function Before({ receiptId }: { receiptId: string }) {
  const t = useText()
  const format = useFormat()
  const { data } = useQuery({ queryKey: ['purchasing', 'returns', 'of', receiptId], queryFn: ({ signal }) => api.listReturns({ query: { goodsReceiptId: receiptId, limit: 50 }, signal }) })
  return (data?.items ?? []).map((one) => (
    <Group key={one.id} justify="space-between"><Text size="sm"><b>{one.number}</b> · {format.day(one.createdAt)} · <bdi>{one.reason}</bdi>{one.isClaim ? ` · ${t('purchasing.claim.is')}` : ''}</Text><Group gap="sm"><Money value={one.total} /><Button size="xs" variant="default" onClick={() => void api.printReturn({ params: { id: one.id } }).then(openBlob)}>{t('purchasing.return.print')}</Button></Group></Group>
  ))
}

/** Sends goods of a receipt back to the vendor. */
export function Return({ receipt }: { receipt: Receipt }) {
  const t = useText()
  const [typed, setTyped] = useState<Record<string, string>>({})
  const [reason, setReason] = useState('')
  const [witnessId, setWitness] = useState('')
  const open = receipt.lines.filter((line) => left(line) > 0)
  const items = useQueries({ queries: [...new Set(open.map((line) => line.itemId))].map((id) => ({ queryKey: ['inventory', 'item', id], queryFn: () => stock.readItem({ params: { id } }) })) })
  const lines = open.flatMap((line) => ((typed[line.id] ?? '') === '' ? [] : [{ goodsReceiptLineId: line.id, itemId: line.itemId, quantity: typed[line.id] ?? '' }]))
  const isControlled = items.some(({ data }) => data !== undefined && data.controlledClass !== '' && lines.some((line) => line.itemId === data.id))
  const back = useWrite(() => api.returnGoods({ params: { id: receipt.id }, body: { reason: reason.trim(), ...(witnessId === '' ? {} : { witnessId }), lines: lines.map(({ goodsReceiptLineId, quantity }) => ({ goodsReceiptLineId, quantity })) } }), { invalidate: touched, done: t('purchasing.return.done') })
  const errors = problemToFields(t, back.error)
  return (
    <Stack>
      <Before receiptId={receipt.id} />
      {open.map((line) => (
        <Group key={line.id} align="end">
          <Text size="sm" style={{ flex: 1 }}><bdi>{line.itemName}</bdi> <Text span size="xs" c="dimmed"><bdi>{line.batch}</bdi></Text></Text>
          <TextInput w={150} inputMode="decimal" label={t('purchasing.return.of', { left: String(left(line)), unit: line.unit })} aria-label={`${t('purchasing.return')}: ${line.itemName}`} value={typed[line.id] ?? ''} error={errors[`lines.${lines.findIndex((one) => one.goodsReceiptLineId === line.id)}.quantity`]} onChange={(event) => setTyped({ ...typed, [line.id]: event.currentTarget.value.trim() })} />
        </Group>
      ))}
      {open.length === 0 ? null : (
        <Group align="end">
          <TextInput style={{ flex: 1 }} miw={220} label={t('common.reason')} withAsterisk maxLength={300} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
          {isControlled ? <Witness value={witnessId} error={errors['witnessId']} onChange={setWitness} /> : null}
          <Button variant="default" loading={back.isPending} disabled={lines.length === 0 || reason.trim() === '' || (isControlled && witnessId === '')} onClick={() => back.mutate(undefined)}>{t('purchasing.return')}</Button>
        </Group>
      )}
    </Stack>
  )
}
