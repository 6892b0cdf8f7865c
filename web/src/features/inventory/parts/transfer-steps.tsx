import { useState } from 'react'
import { Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { ItemSearch, type Taken } from '../public.tsx'
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

/** Takes in what came: all of it unless less is typed, with the reason; a scan counts one line as seen. */
export function Receive({ transfer }: { transfer: Transfer }) {
  const t = useText()
  const sent = transfer.lines.filter((line) => line.dispatched !== '0')
  const [came, setCame] = useState<Record<string, string>>({})
  const [why, setWhy] = useState<Record<string, string>>({})
  const [seen, setSeen] = useState<readonly string[]>([])
  const [stray, setStray] = useState('')
  const [witnessId, setWitness] = useState('')
  const isControlled = sent.some((line) => line.isControlled)
  const receive = useWrite(() => api.receiveTransfer({ params: { id: transfer.id }, ifMatch: transfer.version, body: { lines: sent.map((line) => ({ transferLineId: line.id, quantity: came[line.id] ?? line.dispatched, ...((why[line.id] ?? '') === '' ? {} : { reason: why[line.id] ?? '' }) })), ...(witnessId === '' ? {} : { witnessId }) } }), { invalidate: touched })
  const errors = problemToFields(t, receive.error)
  const scan = ({ item, batch }: Taken) => {
    const found = sent.find((line) => line.itemId === item.id && (batch === '' || line.batch === batch))
    setStray(found === undefined ? [item.name, batch].filter(Boolean).join(' ') : '')
    if (found !== undefined) setSeen([...seen, found.id])
  }
  return (
    <Stack>
      <ItemSearch label={t('inventory.transfer.scan')} onTake={scan} />
      {stray === '' ? null : <Text size="sm" role="alert" fw={600}>{t('inventory.transfer.stray', { name: stray })}</Text>}
      {sent.map((line, index) => (
        <Group key={line.id} align="start">
          <Text size="sm" mt={{ base: 0, xs: 30 }} style={{ flex: 1 }} miw={160}><bdi>{line.itemName}</bdi> <Text span size="xs" c="dimmed">{[line.batch, seen.includes(line.id) ? t('inventory.transfer.seen') : ''].filter(Boolean).join(' · ')}</Text></Text>
          <TextInput w={140} inputMode="decimal" label={t('inventory.transfer.came', { sent: line.dispatched })} value={came[line.id] ?? line.dispatched} error={errors[`lines.${index}.quantity`]} onChange={(event) => setCame({ ...came, [line.id]: event.currentTarget.value.trim() })} />
          <TextInput w={{ base: '100%', xs: 220 }} label={t('inventory.transfer.whyShort')} value={why[line.id] ?? ''} error={errors[`lines.${index}.reason`]} onChange={(event) => setWhy({ ...why, [line.id]: event.currentTarget.value })} />
        </Group>
      ))}
      {isControlled ? <Witness value={witnessId} error={errors['witnessId']} onChange={setWitness} /> : null}
      <End label={t('inventory.transfer.receive')} isPending={receive.isPending} isDisabled={isControlled && witnessId === ''} onGo={() => receive.mutate(undefined)} />
    </Stack>
  )
}
