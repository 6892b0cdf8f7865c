import { useState } from 'react'
import { Button, Drawer, Group, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type DuePlan, planKind } from '#contract/assets-care.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useGo, useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { Loaded, StateBadge } from '../../../ui/states.tsx'
import { Criticality } from '../parts/badges.tsx'
import { useRhythm } from '../parts/care-tab.tsx'
import { WorkForm } from '../parts/work-form.tsx'
import { api, assetQuery } from '../queries.ts'

function Record({ due, onClose }: { due: DuePlan; onClose: () => void }) {
  const query = useQuery(assetQuery(due.assetId))
  return <Loaded query={query}>{(asset) => <WorkForm asset={asset} plan={due} onClose={onClose} />}</Loaded>
}

function DueBadge({ due }: { due: DuePlan }) {
  const t = useText()
  const format = useFormat()
  if (due.nextDueOn === null) return <StateBadge tone="bad" label={`${due.nextDueCount ?? ''} ${due.counterUnit}`} />
  return <StateBadge tone={due.isOverdue ? 'bad' : (due.daysLeft ?? 0) <= 7 ? 'warn' : 'info'} label={due.isOverdue ? t('assets.overdueBy', { count: -(due.daysLeft ?? 0) }) : format.day(due.nextDueOn)} />
}

/** What is to be maintained, calibrated or inspected, the most overdue first. */
export function DuePage() {
  const t = useText()
  const go = useGo()
  const rhythm = useRhythm()
  const { facilityId, can } = useAuth()
  const [param, setKind] = useSearchParam('kind')
  const kind = planKind.safeParse(param).data
  const [open, setOpen] = useState<DuePlan>()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listDue({ query: { facilityId, cursor, limit, ...(kind === undefined ? {} : { kind }) }, signal })
  return (
    <Page title={t('assets.due')} crumbs={[{ label: t('assets.title'), path: '/equipment' }]} actions={<Button variant="subtle" onClick={() => go('/equipment/downtime')}>{t('assets.downtime')}</Button>}>
      <DataTable
        name="assets-due" queryKey={['assets', 'due', facilityId, kind]} load={load} rowId={(row) => row.id} rowPath={(row) => `/equipment/${row.assetId}?tab=care`} empty={{ title: t('assets.due.none'), hint: t('assets.due.hint') }}
        toolbar={<Select aria-label={t('common.type')} data={[{ value: '', label: t('common.all') }, ...planKind.options.map((value) => ({ value, label: t(`assets.work.${value}`) }))]} value={kind ?? ''} onChange={(value) => setKind(value ?? undefined)} />}
        columns={[
          { key: 'asset', label: t('assets.asset'), render: (row) => <bdi>{row.assetName}</bdi>, csv: (row) => row.assetName }, { key: 'due', label: t('assets.nextDue'), render: (row) => <DueBadge due={row} />, csv: (row) => row.nextDueOn ?? '' }, { key: 'plan', label: t('assets.plan'), render: (row) => <bdi>{row.name}</bdi>, csv: (row) => row.name }, { key: 'kind', label: t('common.type'), render: (row) => t(`assets.work.${row.kind}`), csv: (row) => row.kind },
          { key: 'rhythm', label: t('assets.rhythm'), render: (row) => rhythm(row, row.counterUnit) }, { key: 'weight', label: t('assets.criticality'), render: (row) => <Criticality value={row.criticality} />, csv: (row) => row.criticality }, { key: 'place', label: t('assets.location'), render: (row) => <bdi>{row.location || '–'}</bdi>, csv: (row) => row.location }, { key: 'number', label: t('assets.number'), render: (row) => <bdi className="figures" style={{ whiteSpace: 'nowrap' }}>{row.assetNumber}</bdi>, csv: (row) => row.assetNumber },
        ]}
        {...(can('assets.maintain') ? { rowMenu: (row: DuePlan) => <Group gap={4} wrap="nowrap"><Button size="xs" variant="default" aria-label={`${t('assets.do.work')}: ${row.assetName}`} onClick={() => setOpen(row)}>{t('assets.do.work')}</Button></Group> } : {})}
      />
      <Drawer opened={open !== undefined} onClose={() => setOpen(undefined)} position="right" title={<bdi>{open?.assetName ?? ''}</bdi>}>{open === undefined ? null : <Record due={open} onClose={() => setOpen(undefined)} />}</Drawer>
    </Page>
  )
}
