import { useState } from 'react'
import { Button, Drawer, Group, Stack, Table, Text, VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Money } from '../../../ui/money.tsx'
import { Section } from '../../../ui/page.tsx'
import { Empty, Loaded, StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { api, type Asset, type Plan } from '../queries.ts'
import { Duration } from './duration.tsx'
import { ContractForm, PlanForm } from './plan-form.tsx'
import { WorkForm } from './work-form.tsx'

const results = { done: 'neutral', pass: 'good', fail: 'bad' } as const
type Open = { kind: 'plan' } | { kind: 'contract' } | { kind: 'work'; plan: Plan }

/** How often, in words. */
export function useRhythm(): (plan: Pick<Plan, 'everyDays' | 'everyMonths' | 'everyCount'>, unit: string) => string {
  const t = useText()
  return (plan, unit) => (plan.everyMonths !== null ? t('assets.everyMonths', { count: plan.everyMonths }) : plan.everyDays !== null ? t('assets.everyDays', { count: plan.everyDays }) : t('assets.everyCount', { count: plan.everyCount ?? '', unit }))
}

function Plans({ asset, onWork }: { asset: Asset; onWork: (plan: Plan) => void }) {
  const t = useText()
  const format = useFormat()
  const rhythm = useRhythm()
  const { can } = useAuth()
  const query = useQuery({ queryKey: ['assets', 'plans', asset.id], queryFn: ({ signal }) => api.listPlans({ params: { id: asset.id }, signal }) })
  const dueOf = (plan: Plan) => (plan.nextDueOn === null ? `${plan.nextDueCount ?? ''} ${asset.counterUnit}` : format.day(plan.nextDueOn))
  const isLate = (plan: Plan) => (plan.nextDueOn === null ? Number(plan.nextDueCount) <= Number(asset.counterReading) : plan.nextDueOn < format.today())
  return (
    <Loaded query={query}>
      {({ items }) => (items.length === 0 ? <Empty title={t('assets.plans.none')} hint={t('assets.plans.hint')} /> : (
        <Table.ScrollContainer minWidth={560}>
          <Table>
            <Table.Thead><Table.Tr><Table.Th>{t('assets.plan')}</Table.Th><Table.Th>{t('common.type')}</Table.Th><Table.Th>{t('assets.rhythm')}</Table.Th><Table.Th>{t('assets.lastDone')}</Table.Th><Table.Th>{t('assets.nextDue')}</Table.Th><Table.Th><VisuallyHidden>{t('common.actions')}</VisuallyHidden></Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>
              {items.map((plan) => (
                <Table.Tr key={plan.id} c={plan.isActive ? undefined : 'dimmed'}>
                  <Table.Td><bdi>{plan.name}</bdi></Table.Td><Table.Td>{t(`assets.work.${plan.kind}`)}</Table.Td><Table.Td>{rhythm(plan, asset.counterUnit)}</Table.Td><Table.Td>{format.day(plan.lastDoneOn)}</Table.Td>
                  <Table.Td>{plan.isActive && isLate(plan) ? <StateBadge tone="bad" label={dueOf(plan)} /> : <bdi>{dueOf(plan)}</bdi>}</Table.Td>
                  <Table.Td ta="end">{can('assets.maintain') && plan.isActive && asset.state !== 'disposed' ? <Button size="xs" variant="default" aria-label={`${t('assets.do.work')}: ${plan.name}`} onClick={() => onWork(plan)}>{t('assets.do.work')}</Button> : null}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      ))}
    </Loaded>
  )
}

function Contracts({ asset }: { asset: Asset }) {
  const t = useText()
  const format = useFormat()
  const query = useQuery({ queryKey: ['assets', 'contracts', asset.id], queryFn: ({ signal }) => api.listContracts({ params: { id: asset.id }, signal }) })
  return (
    <Loaded query={query}>
      {({ items }) => (items.length === 0 ? <Text size="sm" c="dimmed">{t('assets.contracts.none')}</Text> : (
        <Stack gap="xs">{items.map((one) => <Group key={one.id} gap="sm"><StateBadge tone={one.isCurrent ? 'good' : 'neutral'} label={t(`assets.contract.${one.kind}`)} /><Text size="sm"><bdi>{one.vendorName}</bdi> · <bdi>{`${format.day(one.fromOn)} – ${format.day(one.untilOn)}`}</bdi> · <Money value={one.cost} /></Text></Group>)}</Stack>
      ))}
    </Loaded>
  )
}

function Downtimes({ asset }: { asset: Asset }) {
  const t = useText()
  const query = useQuery({ queryKey: ['assets', 'downtimes', asset.id, asset.version], queryFn: ({ signal }) => api.listDowntimes({ params: { id: asset.id }, query: { limit: 10 }, signal }) })
  return (
    <Loaded query={query}>
      {({ items }) => (items.length === 0 ? <Text size="sm" c="dimmed">{t('assets.downtime.none')}</Text> : (
        <Stack gap={6}>{items.map((one) => <Text key={one.id} size="sm"><When at={one.startedAt} /> · {t(`assets.cause.${one.cause}`)} · <b><Duration minutes={one.minutes} /></b>{one.endedAt === null ? ` (${t('assets.downtime.open')})` : ''} · <bdi>{one.reason}</bdi></Text>)}</Stack>
      ))}
    </Loaded>
  )
}

/** What the laboratory wrote down of the instrument this asset is. */
function InstrumentLog({ asset }: { asset: Asset }) {
  const t = useText()
  const query = useQuery({ queryKey: ['assets', 'instrument-logs', asset.id], queryFn: ({ signal }) => api.listInstrumentLogs({ params: { id: asset.id }, query: { limit: 20 }, signal }) })
  return (
    <Section title={t('assets.instrumentLog')}>
      <Loaded query={query}>{({ items }) => (items.length === 0 ? <Text size="sm" c="dimmed">{t('assets.instrumentLog.none')}</Text> : <Stack gap={6}>{items.map((one) => <Text key={one.id} size="sm"><When at={one.occurredAt} /> · <bdi>{one.note}</bdi> · <bdi>{one.byName}</bdi></Text>)}</Stack>)}</Loaded>
    </Section>
  )
}

function Works({ asset }: { asset: Asset }) {
  const t = useText()
  const format = useFormat()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listWorks({ params: { id: asset.id }, query: { cursor, limit }, signal })
  return (
    <DataTable
      name="asset-works" queryKey={['assets', 'works', asset.id, asset.version]} load={load} rowId={(row) => row.id} empty={{ title: t('assets.works.none') }}
      columns={[
        { key: 'on', label: t('common.date'), render: (row) => format.day(row.doneOn), csv: (row) => row.doneOn }, { key: 'kind', label: t('common.type'), render: (row) => t(`assets.work.${row.kind}`), csv: (row) => row.kind }, { key: 'result', label: t('assets.result'), render: (row) => <StateBadge tone={results[row.result]} label={t(`assets.result.${row.result}`)} />, csv: (row) => row.result },
        { key: 'findings', label: t('assets.findings'), isProse: true, render: (row) => <bdi>{[row.findings, row.parts].filter(Boolean).join(' · ') || '–'}</bdi>, csv: (row) => row.findings }, { key: 'certificate', label: t('assets.certificate'), render: (row) => <bdi>{row.certificateNumber || '–'}</bdi>, csv: (row) => row.certificateNumber },
        { key: 'by', label: t('assets.doneBy'), render: (row) => <bdi>{row.doneBy || row.vendorName || row.createdBy}</bdi>, csv: (row) => row.doneBy || row.vendorName || row.createdBy }, { key: 'cost', label: t('assets.partsCost'), align: 'end', render: (row) => <Money value={row.partsCost} />, csv: (row) => row.partsCost.amount },
      ]}
    />
  )
}

/** Maintenance, calibration, contracts and downtime of an asset. */
export function CareTab({ asset }: { asset: Asset }) {
  const t = useText()
  const { can } = useAuth()
  const [open, setOpen] = useState<Open>()
  const close = () => setOpen(undefined)
  const add = (kind: 'plan' | 'contract') => (can('assets.maintain') && asset.state !== 'disposed' ? <Button size="xs" variant="default" onClick={() => setOpen({ kind })}>{t(`assets.add.${kind}`)}</Button> : undefined)
  return (
    <Stack>
      <Section title={t('assets.plans')} actions={add('plan')}><Plans asset={asset} onWork={(plan) => setOpen({ kind: 'work', plan })} /></Section>
      <Section title={t('assets.contracts')} actions={add('contract')}><Contracts asset={asset} /></Section>
      <Section title={t('assets.downtime')}><Downtimes asset={asset} /></Section>
      {asset.instrumentId === null ? null : <InstrumentLog asset={asset} />}
      <Section title={t('assets.works')}><Works asset={asset} /></Section>
      <Drawer opened={open !== undefined} onClose={close} position="right" title={open === undefined ? '' : t(open.kind === 'work' ? 'assets.do.work' : `assets.add.${open.kind}`)}>
        {open === undefined ? null : open.kind === 'plan' ? <PlanForm asset={asset} onClose={close} /> : open.kind === 'contract' ? <ContractForm asset={asset} onClose={close} /> : <WorkForm asset={asset} plan={open.plan} onClose={close} />}
      </Drawer>
    </Stack>
  )
}
