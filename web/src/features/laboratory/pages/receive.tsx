import { useRef, useState } from 'react'
import { Alert, Anchor, Box, Button, Group, Table, Text, TextInput } from '@mantine/core'
import { IconBarcode, IconCircleCheck, IconHexagon, IconAlertTriangle } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ScanOutcome } from '#contract/laboratory-collection.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { errorText, useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { Page } from '../../../ui/page.tsx'
import { PatientName } from '../../../ui/patient-name.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import type { Tone } from '../../../ui/theme.ts'
import { noLooks, Looks, type Look, toldOf } from '../parts/looks.tsx'
import { api, type Specimen, touched } from '../queries.ts'

interface Scanned {
  key: number
  at: string
  number: string
  outcome: ScanOutcome | 'undone' | 'failed'
  specimen: Specimen | null
  /** What the server said against it. */
  words?: string
}

const tones: Record<Scanned['outcome'], Tone> = { received: 'good', 'already-received': 'warn', 'not-collected': 'warn', rejected: 'bad', cancelled: 'bad', discarded: 'bad', elsewhere: 'bad', unknown: 'bad', undone: 'neutral', failed: 'bad' }
const colours: Record<Tone, string> = { good: 'teal', warn: 'yellow', bad: 'red', neutral: 'gray', info: 'blue' }
const unhinted: ReadonlySet<Scanned['outcome']> = new Set(['received', 'undone', 'failed'])
const icons = { good: IconCircleCheck, warn: IconAlertTriangle, bad: IconHexagon, neutral: IconCircleCheck, info: IconCircleCheck } as const
const refresh = () => touched.forEach((queryKey) => void queryClient.invalidateQueries({ queryKey }))

/** The last scan, large enough to be read from where the tubes are held, and said to a screen reader. */
function LastScan({ scan }: { scan: Scanned | undefined }) {
  const t = useText()
  const tone = scan === undefined ? 'neutral' : tones[scan.outcome]
  const Icon = icons[tone]
  return (
    <Box role="status" aria-live="assertive" mih={84}>
      {scan === undefined ? null : (
        <Alert color={colours[tone]} icon={<Icon aria-hidden />} title={<Text fw={700} size="lg" component="span">{t(`laboratory.scanned.${scan.outcome}`)} · <bdi className="figures">{scan.number}</bdi></Text>}>
          <Text size="md"><bdi>{[scan.specimen?.patientName, scan.specimen?.container, scan.specimen?.contents, scan.outcome === 'rejected' ? scan.specimen?.reason : undefined, scan.words].filter(Boolean).join(' · ')}</bdi></Text>
          {scan.outcome === 'received' && scan.specimen?.priority !== 'routine' ? <StateBadge label={t(`orders.priority.${scan.specimen?.priority ?? 'routine'}`)} tone="warn" /> : null}
          {unhinted.has(scan.outcome) ? null : <Text size="sm">{t(`laboratory.scanned.${scan.outcome}.hint`)}</Text>}
        </Alert>
      )}
    </Box>
  )
}

/** Tubes one after the other, by a scanner that types: each is received at once, and what is not says why. */
export function ReceivePage() {
  const t = useText()
  const { facilityId } = useAuth()
  const { time } = useFormat()
  const field = useRef<HTMLInputElement>(null)
  const queue = useRef<Promise<void>>(Promise.resolve())
  const [number, setNumber] = useState('')
  const [rack, setRack] = useState('')
  const [look, setLook] = useState<Look>(noLooks)
  const [scans, setScans] = useState<Scanned[]>([])
  const add = (scan: Omit<Scanned, 'key' | 'at'>) => setScans((before) => [{ ...scan, key: before.length, at: new Date().toISOString() }, ...before])
  const receive = async (wanted: string, more: { rack?: string; indices?: Partial<Record<keyof Look, number>>; collectedAt?: string }) => {
    try {
      const answer = await api.scan({ body: { facilityId, number: wanted, ...more } })
      add({ number: answer.specimen?.number ?? wanted, ...answer })
      if (answer.outcome === 'received') refresh()
    } catch (error) {
      add({ number: wanted, outcome: 'failed', specimen: null, words: errorText(t, error) })
    }
  }
  // The next tube may be scanned before the last one is answered: they wait for each other, none is lost.
  const scan = (wanted: string, collectedAt?: string) => {
    const told = toldOf(look)
    const more = { ...(rack.trim() === '' ? {} : { rack: rack.trim() }), ...(Object.keys(told).length === 0 ? {} : { indices: told }), ...(collectedAt === undefined ? {} : { collectedAt }) }
    setLook(noLooks)
    queue.current = queue.current.then(() => receive(wanted, more))
    field.current?.focus()
  }
  const [last] = scans
  const undoable = last?.outcome === 'received' ? last : undefined
  const undo = async () => {
    if (undoable?.specimen === undefined || undoable.specimen === null) return
    const { specimen } = undoable
    try {
      const back = await api.unreceive({ params: { id: specimen.id }, ifMatch: specimen.version })
      setScans((before) => before.map((one) => (one.key === undoable.key ? { ...one, outcome: 'undone', specimen: back } : one)))
      refresh()
    } catch (error) {
      add({ number: specimen.number, outcome: 'failed', specimen, words: errorText(t, error) })
    }
    field.current?.focus()
  }
  const count = (outcome: Scanned['outcome']) => scans.filter((one) => one.outcome === outcome).length
  return (
    <Page title={t('laboratory.receiving.title')} crumbs={[{ label: t('laboratory.specimens.title'), path: '/laboratory/specimens' }]}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          const wanted = number.trim()
          setNumber('')
          if (wanted !== '') scan(wanted)
        }}
      >
        <Group align="end" gap="sm">
          <TextInput ref={field} data-autofocus autoFocus flex={1} miw={240} size="lg" label={t('laboratory.scan.label')} description={t('laboratory.receiving.hint')} leftSection={<IconBarcode size={20} aria-hidden />} autoComplete="off" maxLength={40} value={number} onChange={(event) => setNumber(event.currentTarget.value)} onKeyDown={(event) => {
            if (event.key === 'z' && (event.ctrlKey || event.metaKey) && number === '') {
              event.preventDefault()
              void undo()
            }
          }} />
          <TextInput w={140} label={t('laboratory.rack')} maxLength={40} value={rack} onChange={(event) => setRack(event.currentTarget.value)} />
          <Button type="submit" size="lg">{t('laboratory.receiving.do')}</Button>
        </Group>
      </form>
      <LastScan scan={last} />
      <Group gap="xs">
        <Button variant="default" disabled={undoable === undefined} onClick={() => void undo()}>{t('laboratory.receiving.undo')}</Button>
        {last?.outcome === 'not-collected' ? <Button variant="default" onClick={() => scan(last.number, new Date().toISOString())}>{t('laboratory.receiving.collectedNow')}</Button> : null}
        <Text size="sm" c="dimmed" ms="auto">{t('laboratory.receiving.count', { received: count('received'), other: scans.length - count('received') - count('undone') })}</Text>
      </Group>
      <Group gap="md" align="end"><Looks value={look} onChange={setLook} /><Text size="xs" c="dimmed">{t('laboratory.receiving.looks')}</Text></Group>
      {scans.length === 0 ? null : (
        <Table.ScrollContainer minWidth={480}>
          <Table>
            <Table.Thead><Table.Tr><Table.Th>{t('laboratory.receiving.at')}</Table.Th><Table.Th>{t('laboratory.specimen.number')}</Table.Th><Table.Th>{t('common.state')}</Table.Th><Table.Th>{t('common.patient')}</Table.Th><Table.Th>{t('laboratory.specimen.contents')}</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>
              {scans.map((one) => (
                <Table.Tr key={one.key}>
                  <Table.Td className="figures">{time(one.at)}</Table.Td>
                  <Table.Td className="figures">{one.specimen === null ? one.number : <Anchor component={Link} to={`/laboratory/specimens/${one.specimen.id}`} size="sm">{one.number}</Anchor>}</Table.Td>
                  <Table.Td><StateBadge label={t(`laboratory.scanned.${one.outcome}`)} tone={tones[one.outcome]} /></Table.Td>
                  <Table.Td>{one.specimen === null ? null : <PatientName row={one.specimen} />}</Table.Td>
                  <Table.Td>{one.specimen?.contents}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Page>
  )
}
