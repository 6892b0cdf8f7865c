import { useState } from 'react'
import { Alert, Button, Drawer, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { usePathParam } from '../../../kernel/routing.tsx'
import { type Column, DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Money } from '../../../ui/money.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Fact, Loaded, StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { Difference, ShiftAmounts } from '../parts/shift-amounts.tsx'
import { ShiftClose } from '../parts/shift-close.tsx'
import { ShiftCount } from '../parts/shift-count.tsx'
import { ShiftMove } from '../parts/shift-move.tsx'
import { api, touched } from '../queries.ts'
import { printShift, type Shift, shiftQuery, shiftTones } from '../shift-queries.ts'

function About({ shift }: { shift: Shift }) {
  const t = useText()
  return (
    <Section>
      <Group gap="xl" align="start">
        <Fact label={t('common.state')}><StateBadge tone={shiftTones[shift.state]} label={t(`billing.shift.state.${shift.state}`)} /></Fact>
        <Fact label={t('billing.shift.cashier')}><bdi>{shift.cashier}</bdi></Fact>
        <Fact label={t('billing.shift.openedAt')}><When at={shift.openedAt} /></Fact>
        <Fact label={t('billing.shift.float')}><Money value={shift.openingFloat} /></Fact>
        {shift.closedAt === null ? null : <Fact label={t('billing.shift.closedAt')}><When at={shift.closedAt} /></Fact>}
        {shift.difference === null ? null : <Fact label={t('billing.shift.difference')}><Difference value={shift.difference} /></Fact>}
        {shift.leftInTill === null ? null : <Fact label={t('billing.shift.left')}><Money value={shift.leftInTill} /></Fact>}
        {shift.reason === '' ? null : <Fact label={t('billing.shift.why')}><bdi>{shift.reason}</bdi></Fact>}
        {shift.approvedBy === '' ? null : <Fact label={t('billing.shift.approved')}><bdi>{shift.approvedBy}</bdi>: <bdi>{shift.approvalNote}</bdi></Fact>}
      </Group>
    </Section>
  )
}

function Moves({ shift }: { shift: Shift }) {
  const t = useText()
  if (shift.moves.length === 0) return null
  return (
    <Section title={t('billing.shift.moves')}>
      <Stack gap={4}>{shift.moves.map((move) => <Text key={move.id} size="sm"><When at={move.at} /> · {t(`billing.shift.move.${move.kind}`)} <b><Money value={move.amount} /></b> · <bdi>{move.person}</bdi>{move.note === '' ? null : <> · <bdi>{move.note}</bdi></>}</Text>)}</Stack>
    </Section>
  )
}

/** A second count never hides the first. */
function Counts({ shift }: { shift: Shift }) {
  const t = useText()
  if (shift.counts.length < 2) return null
  return (
    <Section title={t('billing.shift.counts')}>
      <Stack gap={4}>{shift.counts.map((count) => <Text key={count.attempt} size="sm">{t('billing.shift.attempt', { attempt: count.attempt })} · <When at={count.at} />{count.amounts.map((one) => <span key={one.method}> · {t(`billing.method.${one.method}`)} <Money value={one.counted} /></span>)}</Text>)}</Stack>
    </Section>
  )
}

type Entry = Awaited<ReturnType<typeof api.listShiftEntries>>['items'][number]

function Entries({ shift }: { shift: Shift }) {
  const t = useText()
  const columns: Column<Entry>[] = [
    { key: 'at', label: t('common.date'), render: (row) => <When at={row.at} />, csv: (row) => row.at },
    { key: 'number', label: t('billing.shift.paper'), render: (row) => <bdi>{row.number}</bdi>, csv: (row) => row.number },
    { key: 'kind', label: t('billing.shift.kind'), render: (row) => t(`billing.shift.entry.${row.kind}`), csv: (row) => row.kind },
    { key: 'method', label: t('billing.pay.method'), render: (row) => t(`billing.method.${row.method}`), csv: (row) => row.method },
    { key: 'reference', label: t('billing.pay.reference'), render: (row) => <bdi>{row.reference}</bdi>, csv: (row) => row.reference },
    { key: 'amount', label: t('common.amount'), align: 'end', render: (row) => <Money value={row.amount} />, csv: (row) => row.amount.amount },
  ]
  const load = ({ cursor, limit, signal }: PageRequest) => api.listShiftEntries({ params: { id: shift.id }, query: { cursor, limit }, signal })
  return <Section title={t('billing.shift.entries')}><DataTable name="shift-entries" queryKey={['billing', 'shifts', 'entries', shift.id]} load={load} rowId={(row) => row.id} columns={columns} empty={{ title: t('billing.takings.empty') }} /></Section>
}

/** What there is to do: count, explain, close; or to wait. */
function Work({ shift }: { shift: Shift }) {
  const t = useText()
  const [isCounting, setCounting] = useState(false)
  if (shift.state === 'open' && shift.actions.includes('count')) return <Section title={t('billing.shift.count')}><ShiftCount shift={shift} /></Section>
  if (shift.state === 'in-review') return <Alert color="orange" variant="outline" role="status">{t('billing.shift.waits')}</Alert>
  if (!shift.actions.includes('close')) return null
  return <Section title={t(isCounting ? 'billing.shift.countAgain' : 'billing.shift.close')} actions={isCounting ? null : <Button variant="default" onClick={() => setCounting(true)}>{t('billing.shift.countAgain')}</Button>}>{isCounting ? <ShiftCount shift={shift} onCancel={() => setCounting(false)} /> : <ShiftClose shift={shift} />}</Section>
}

/** One shift: money is taken, the till counted blind, what differs explained, and the cash handed on. */
export function ShiftPage() {
  const t = useText()
  const { can } = useAuth()
  const query = useQuery(shiftQuery(usePathParam('id')))
  const [isMoving, setMoving] = useState(false)
  const shift = query.data
  const actions = shift === undefined ? null : (
    <>
      {shift.actions.includes('move') ? <Button variant="default" onClick={() => setMoving(true)}>{t('billing.shift.handOver')}</Button> : null}
      {shift.state === 'open' ? null : <Button variant="default" onClick={() => void printShift(shift.id)}>{t('common.print')}</Button>}
      <LifecycleButtons actions={shift.actions.filter((step) => step === 'approve')} invalidate={touched} steps={[{ step: 'approve', label: t('billing.shift.approve'), isPrimary: true, needsReason: true, confirm: shift.reason, run: (note) => api.approveCashierShift({ params: { id: shift.id }, ifMatch: shift.version, body: { note } }) }]} />
    </>
  )
  return (
    <Page title={shift === undefined ? t('billing.shift.one') : `${t('billing.shift.one')}: ${shift.till}`} crumbs={[{ label: t('billing.shift.title'), path: '/billing/shifts' }]} actions={actions}>
      <Loaded query={query}>
        {(known) => (
          <>
            <About shift={known} />
            <Work shift={known} />
            {known.isBlind ? null : <Section title={t('billing.takings.title')}><ShiftAmounts shift={known} /></Section>}
            <Counts shift={known} />
            <Moves shift={known} />
            {known.isBlind || !can('billing.shifts') ? null : <Entries shift={known} />}
            <Drawer opened={isMoving} onClose={() => setMoving(false)} position="right" title={t('billing.shift.handOver')}>{isMoving ? <ShiftMove shift={known} onClose={() => setMoving(false)} /> : null}</Drawer>
          </>
        )}
      </Loaded>
    </Page>
  )
}
