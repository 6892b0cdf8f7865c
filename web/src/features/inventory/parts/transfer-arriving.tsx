import { useState } from 'react'
import { Group, Stack, Text, TextInput } from '@mantine/core'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { ItemSearch, type Taken } from '../public.tsx'
import { api, touched, type Transfer } from '../queries.ts'
import { End } from './item-form.tsx'
import { Witness } from './witness.tsx'

type Line = Transfer['lines'][number]

interface Said {
  quantity: string
  refused: string
  reason: string
}

interface ArrivingProps {
  lines: readonly Line[]
  expected: (line: Line) => string
  came: (expected: string) => string
  mayRefuse?: boolean
  label: string
  isPending: boolean
  errors: Record<string, string>
  onGo: (body: { lines: { transferLineId: string; quantity: string; refused?: string; reason?: string }[]; witnessId?: string }) => void
}

/** What came of each line: all of it unless less is typed, with the reason; a scan counts one line as seen. */
function Arriving({ lines, expected, came, mayRefuse = false, label, isPending, errors, onGo }: ArrivingProps) {
  const t = useText()
  const [typed, setTyped] = useState<Record<string, Partial<Said>>>({})
  const [seen, setSeen] = useState<readonly string[]>([])
  const [stray, setStray] = useState('')
  const [witnessId, setWitness] = useState('')
  const isControlled = lines.some((line) => line.isControlled)
  const scan = ({ item, batch }: Taken) => {
    const found = lines.find((line) => line.itemId === item.id && (batch === '' || line.batch === batch))
    setStray(found === undefined ? [item.name, batch].filter(Boolean).join(' ') : '')
    if (found !== undefined) setSeen([...seen, found.id])
  }
  const said = (line: Line): Said => ({ quantity: expected(line), refused: '', reason: '', ...typed[line.id] })
  const field = (line: Line, name: keyof Said) => ({ value: said(line)[name], error: errors[`lines.${lines.indexOf(line)}.${name}`], onChange: (event: { currentTarget: { value: string } }) => setTyped({ ...typed, [line.id]: { ...typed[line.id], [name]: name === 'reason' ? event.currentTarget.value : event.currentTarget.value.trim() } }) })
  const bodyOf = (line: Line) => {
    const { quantity, refused, reason } = said(line)
    return { transferLineId: line.id, quantity, ...(refused === '' ? {} : { refused }), ...(reason === '' ? {} : { reason }) }
  }
  return (
    <Stack>
      <ItemSearch label={t('inventory.transfer.scan')} onTake={scan} />
      {stray === '' ? null : <Text size="sm" role="alert" fw={600}>{t('inventory.transfer.stray', { name: stray })}</Text>}
      {lines.map((line) => (
        <Group key={line.id} align="start">
          <Text size="sm" mt={{ base: 0, xs: 30 }} style={{ flex: 1 }} miw={160}><bdi>{line.itemName}</bdi> <Text span size="xs" c="dimmed">{[line.batch, seen.includes(line.id) ? t('inventory.transfer.seen') : ''].filter(Boolean).join(' · ')}</Text></Text>
          <TextInput w={140} inputMode="decimal" label={came(expected(line))} {...field(line, 'quantity')} />
          {mayRefuse ? <TextInput w={110} inputMode="decimal" label={t('inventory.transfer.refused')} aria-label={`${t('inventory.transfer.refused')}: ${line.itemName}`} {...field(line, 'refused')} /> : null}
          <TextInput w={{ base: '100%', xs: 220 }} label={mayRefuse ? t('inventory.transfer.whyNot') : t('inventory.transfer.whyShort')} {...field(line, 'reason')} />
        </Group>
      ))}
      {isControlled ? <Witness value={witnessId} error={errors['witnessId']} onChange={setWitness} /> : null}
      <End label={label} isPending={isPending} isDisabled={isControlled && witnessId === ''} onGo={() => onGo({ lines: lines.map(bodyOf), ...(witnessId === '' ? {} : { witnessId }) })} />
    </Stack>
  )
}

type Body = Parameters<ArrivingProps['onGo']>[0]

/** Takes in what came; what is refused goes back to the sender. */
export function Receive({ transfer }: { transfer: Transfer }) {
  const t = useText()
  const receive = useWrite((body: Body) => api.receiveTransfer({ params: { id: transfer.id }, ifMatch: transfer.version, body }), { invalidate: touched })
  return <Arriving mayRefuse lines={transfer.lines.filter((line) => line.dispatched !== '0')} expected={(line) => line.dispatched} came={(sent) => t('inventory.transfer.came', { sent })} label={t('inventory.transfer.receive')} isPending={receive.isPending} errors={problemToFields(t, receive.error)} onGo={(body) => receive.mutate(body)} />
}

/** Puts what came back onto the sender’s shelf. */
export function TakeBack({ transfer }: { transfer: Transfer }) {
  const t = useText()
  const back = useWrite((body: Body) => api.takeBackTransfer({ params: { id: transfer.id }, ifMatch: transfer.version, body }), { invalidate: touched })
  return <Arriving lines={transfer.lines.filter((line) => line.sentBack !== '0')} expected={(line) => line.sentBack} came={(sent) => t('inventory.transfer.backOf', { sent })} label={t('inventory.transfer.takeBack')} isPending={back.isPending} errors={problemToFields(t, back.error)} onGo={(body) => back.mutate(body)} />
}
