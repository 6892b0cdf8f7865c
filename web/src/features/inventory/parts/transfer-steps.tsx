import { useState } from 'react'
import { Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { api, touched, type Transfer } from '../queries.ts'
import { End } from './item-form.tsx'
import { Witness } from './witness.tsx'

type Line = Transfer['lines'][number]

function LotToSend({ storeId, line, value, error, onChange }: { storeId: string; line: Line; value: string; error: string | undefined; onChange: (lotId: string) => void }) {
  const t = useText()
  const format = useFormat()
  const { data } = useQuery({ queryKey: ['inventory', 'lots-in', storeId, line.itemId], queryFn: ({ signal }) => api.listStock({ query: { storeId, itemId: line.itemId, limit: 50 }, signal }) })
  const lots = (data?.items ?? []).filter((one) => one.state === 'available').map((one) => ({ value: one.lotId, label: [one.batch, format.day(one.expiresOn), `${one.quantity} ${one.unit}`].join(' · ') }))
  return <Select w={{ base: '100%', xs: 260 }} allowDeselect={false} label={t('inventory.batch')} aria-label={`${t('inventory.batch')}: ${line.itemName}`} data={[{ value: '', label: t('inventory.lot.first') }, ...lots]} value={value} error={error} onChange={(lotId) => onChange(lotId ?? '')} />
}

/** Sends what was asked, or less of it, or none of a line; from the lot that expires first unless another is named. */
export function Dispatch({ transfer }: { transfer: Transfer }) {
  const t = useText()
  const [typed, setTyped] = useState<Record<string, string>>({})
  const [lots, setLots] = useState<Record<string, string>>({})
  const [witnessId, setWitness] = useState('')
  const isControlled = transfer.lines.some((line) => line.isControlled)
  const lines = transfer.lines.map((line) => ({ transferLineId: line.id, quantity: typed[line.id] ?? line.requested, ...((lots[line.id] ?? '') === '' ? {} : { lotId: lots[line.id] ?? '' }) })).filter((line) => line.quantity !== '' && Number(line.quantity) !== 0)
  const send = useWrite(() => api.dispatchTransfer({ params: { id: transfer.id }, ifMatch: transfer.version, body: { lines, ...(witnessId === '' ? {} : { witnessId }) } }), { invalidate: touched })
  const errors = problemToFields(t, send.error)
  const errorOf = (line: Line, field: string) => errors[`lines.${lines.findIndex((one) => one.transferLineId === line.id)}.${field}`]
  return (
    <Stack>
      {transfer.lines.map((line) => (
        <Group key={line.id} align="start">
          <Text size="sm" mt={{ base: 0, xs: 30 }} style={{ flex: 1 }} miw={160}><bdi>{line.itemName}</bdi></Text>
          <TextInput w={140} inputMode="decimal" label={t('inventory.transfer.send', { unit: line.unit })} aria-label={`${t('inventory.transfer.dispatch')}: ${line.itemName}`} value={typed[line.id] ?? line.requested} error={errorOf(line, 'quantity')} onChange={(event) => setTyped({ ...typed, [line.id]: event.currentTarget.value.trim() })} />
          <LotToSend storeId={transfer.fromStoreId} line={line} value={lots[line.id] ?? line.lotId ?? ''} error={errorOf(line, 'lotId')} onChange={(lotId) => setLots({ ...lots, [line.id]: lotId })} />
        </Group>
      ))}
      {isControlled ? <Witness value={witnessId} error={errors['witnessId']} onChange={setWitness} /> : null}
      <End label={t('inventory.transfer.dispatch')} isPending={send.isPending} isDisabled={lines.length === 0 || (isControlled && witnessId === '')} onGo={() => send.mutate(undefined)} />
    </Stack>
  )
}
