import { useState } from 'react'
import { Button, Code, Drawer, Group, SegmentedControl, Stack, Text } from '@mantine/core'
import { IconArrowDownLeft, IconArrowUpRight } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { unitText } from '#contract/common/units.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Loaded, StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { MapForm, MatchForm } from '../parts/bin-forms.tsx'
import { InstrumentList } from '../parts/instrument-list.tsx'
import { type Binned, lines, type Message } from '../queries.ts'

const tones = { accepted: 'good', partly: 'warn', rejected: 'bad', waiting: 'info', sent: 'good' } as const

function Bin() {
  const t = useText()
  const { facilityId, can } = useAuth()
  const [open, setOpen] = useState<{ what: 'match' | 'map' | 'message'; row: Binned }>()
  const close = () => setOpen(undefined)
  const load = ({ cursor, limit, signal }: PageRequest) => lines.listBin({ query: { facilityId, state: 'waiting', cursor, limit }, signal })
  const menu = (row: Binned) => (can('laboratory.work') ? <Group gap={4} justify="end" wrap="nowrap">{row.reason === 'unknown-code' && row.code !== '' && can('instruments.write') ? <Button size="xs" variant="default" onClick={() => setOpen({ what: 'map', row })}>{t('instruments.bin.map')}</Button> : null}<Button size="xs" variant="default" onClick={() => setOpen({ what: 'match', row })}>{t('laboratory.bin.match')}</Button><LifecycleButtons size="xs" actions={row.actions} steps={[{ step: 'discard', label: t('laboratory.bin.discard'), needsReason: true, run: (reason) => lines.discard({ params: { id: row.id }, ifMatch: row.version, body: { reason } }) }]} invalidate={[['laboratory', 'bin']]} /></Group> : null)
  return (
    <>
      <DataTable
        name="instrument-bin" queryKey={['laboratory', 'bin', facilityId]} load={load} rowId={(row) => row.id} rowMenu={menu} onOpen={(row: Binned) => setOpen({ what: 'message', row })} refetchMs={20_000} empty={{ title: t('laboratory.bin.empty'), hint: t('laboratory.bin.emptyHint') }}
        columns={[
          { key: 'receivedAt', label: t('common.date'), render: (row) => <When at={row.receivedAt} /> },
          { key: 'reason', label: t('common.reason'), render: (row) => <StateBadge label={t(`laboratory.bin.${row.reason}`)} tone="warn" /> },
          { key: 'specimen', label: t('laboratory.specimen.number'), render: (row) => <bdi>{row.specimenNumber || '–'}</bdi> },
          { key: 'code', label: t('laboratory.code'), render: (row) => <bdi>{[row.code, row.name].filter(Boolean).join(' · ').slice(0, 60)}</bdi> },
          { key: 'value', label: t('laboratory.result'), render: (row) => <bdi dir="ltr" className="whole">{[row.value, unitText(row.unit)].filter(Boolean).join(' ').slice(0, 60)}</bdi> },
        ]}
      />
      <Drawer opened={open?.what === 'match'} onClose={close} position="right" title={t('laboratory.bin.match')}>{open === undefined ? null : <MatchForm key={open.row.id} binned={open.row} onDone={close} />}</Drawer>
      <Drawer opened={open?.what === 'map'} onClose={close} position="right" title={t('instruments.bin.map')}>{open === undefined ? null : <MapForm key={open.row.id} binned={open.row} onDone={close} />}</Drawer>
      <Drawer opened={open?.what === 'message'} onClose={close} position="right" size="lg" title={t('laboratory.message.one')}>{open?.what === 'message' ? <MessageDetails id={open.row.messageId} /> : null}</Drawer>
    </>
  )
}

function MessageDetails({ id }: { id: string }) {
  const t = useText()
  const query = useQuery({ queryKey: ['laboratory', 'message', id], queryFn: ({ signal }) => lines.readMessage({ params: { id }, signal }) })
  const replay = useWrite(() => lines.replay({ params: { id }, body: {} }), { invalidate: [['laboratory']], done: t('laboratory.message.replayed') })
  return (
    <Loaded query={query} rows={6}>
      {(message) => (
        <Stack>
          {message.error === '' ? null : <Text size="sm"><bdi>{message.error}</bdi></Text>}
          <Code block style={{ direction: 'ltr', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{message.content.replaceAll('\r', '\n').slice(0, 20_000)}</Code>
          {message.answer === '' ? null : <Section title={t('laboratory.message.answer')}><Code block style={{ direction: 'ltr', whiteSpace: 'pre-wrap' }}>{message.answer.replaceAll('\r', '\n')}</Code></Section>}
          {message.direction === 'in' ? <Group justify="end"><Button variant="default" loading={replay.isPending} onClick={() => replay.mutate(undefined)}>{t('laboratory.message.replay')}</Button></Group> : null}
        </Stack>
      )}
    </Loaded>
  )
}

/** Whether an instrument sent it or was sent it. */
function Direction({ of }: { of: Message['direction'] }) {
  const t = useText()
  const Arrow = of === 'in' ? IconArrowDownLeft : IconArrowUpRight
  return <Arrow size={16} className="flip" role="img" aria-label={t(`laboratory.message.direction.${of}`)} />
}

function Messages() {
  const t = useText()
  const { facilityId } = useAuth()
  const [openId, setOpenId] = useState<string>()
  const load = ({ cursor, limit, signal }: PageRequest) => lines.listMessages({ query: { facilityId, cursor, limit }, signal })
  return (
    <>
      <DataTable
        name="instrument-messages" queryKey={['laboratory', 'messages', facilityId]} load={load} rowId={(row: Message) => row.id} onOpen={(row) => setOpenId(row.id)} refetchMs={20_000} empty={{ title: t('laboratory.message.empty'), hint: t('laboratory.message.emptyHint') }}
        columns={[
          { key: 'receivedAt', label: t('common.date'), render: (row) => <When at={row.receivedAt} /> },
          { key: 'type', label: t('laboratory.message.type'), render: (row) => <Group gap={6} wrap="nowrap"><Direction of={row.direction} /><bdi dir="ltr">{[row.type, row.controlId].filter(Boolean).join(' ') || '–'}</bdi></Group> },
          { key: 'results', label: t('laboratory.results.title'), render: (row) => row.results, align: 'end' },
          { key: 'unmatched', label: t('laboratory.bin.title'), render: (row) => row.unmatched, align: 'end' },
          { key: 'state', label: t('common.state'), render: (row) => <StateBadge label={t(`laboratory.message.${row.state}`)} tone={tones[row.state]} /> },
        ]}
      />
      <Drawer opened={openId !== undefined} onClose={() => setOpenId(undefined)} position="right" size="lg" title={t('laboratory.message.one')}>{openId === undefined ? null : <MessageDetails id={openId} />}</Drawer>
    </>
  )
}

/** Lines of the analysers: what waits for a person, and every message as it came. */
export function InstrumentsPage() {
  const t = useText()
  const [view, setView] = useSearchParam('view')
  return (
    <Page title={t('laboratory.instruments.title')} actions={<SegmentedControl aria-label={t('laboratory.instruments.title')} data={[{ value: 'bin', label: t('laboratory.bin.title') }, { value: 'messages', label: t('laboratory.message.title') }, { value: 'lines', label: t('laboratory.instruments.title') }]} value={view === 'messages' || view === 'lines' ? view : 'bin'} onChange={setView} />}>
      {view === 'messages' ? <Messages /> : view === 'lines' ? <InstrumentList /> : <Bin />}
    </Page>
  )
}
