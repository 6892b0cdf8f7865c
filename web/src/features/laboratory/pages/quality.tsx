import { useState } from 'react'
import { Button, SimpleGrid, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { signed } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Empty, StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { BlockedNotice } from '../parts/blocked-notice.tsx'
import { LeveyJennings } from '../parts/levey-jennings.tsx'
import { useLevelName } from '../parts/level-name.ts'
import { Lots } from '../parts/lots.tsx'
import { RunForm } from '../parts/run-form.tsx'
import { api, type QualityRun } from '../queries.ts'

const tones = { accepted: 'good', warning: 'warn', rejected: 'bad' } as const

function Charts({ testId }: { testId: string | undefined }) {
  const t = useText()
  const { facilityId } = useAuth()
  const lots = useQuery({ queryKey: ['laboratory', 'quality', 'lots', facilityId], queryFn: ({ signal }) => api.listLots({ query: { facilityId, limit: 200 }, signal }) }).data?.items.filter((lot) => lot.isActive) ?? []
  const shown = lots.filter((lot) => lot.testId === (testId ?? lots[0]?.testId))
  if (shown.length === 0) return <Empty title={t('laboratory.quality.noLots')} hint={t('laboratory.quality.noLotsHint')} />
  return <SimpleGrid cols={{ base: 1, lg: 2 }}>{shown.map((lot) => <LeveyJennings key={lot.id} lotId={lot.id} />)}</SimpleGrid>
}

/** Control runs: recorded, judged, charted; what is rejected blocks its test. */
export function QualityPage() {
  const t = useText()
  const { facilityId, can } = useAuth()
  const levelName = useLevelName()
  const [testId, setTestId] = useState<string>()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listRuns({ query: { facilityId, cursor, limit }, signal })
  const noteOf = (row: QualityRun) => <LifecycleButtons size="xs" actions={['note']} steps={[{ step: 'note', label: t('laboratory.quality.action'), needsReason: true, run: (action) => api.noteAction({ params: { id: row.id }, ifMatch: row.version, body: { action } }) }]} invalidate={[['laboratory', 'quality']]} />
  return (
    <Page title={t('laboratory.quality.title')} actions={<Button variant="default" component={Link} to="/laboratory/quality/month">{t('laboratory.qualityMonth.title')}</Button>}>
      <Stack>
        <BlockedNotice />
        <Can permission="laboratory.quality"><Section title={t('laboratory.quality.record')}><RunForm onDone={setTestId} /></Section></Can>
        <Section title={t('laboratory.quality.lots')}><Lots /></Section>
        <Section title={t('laboratory.quality.charts')}><Charts testId={testId} /></Section>
        <DataTable
          name="quality-runs" queryKey={['laboratory', 'quality', 'runs', facilityId]} load={load} rowId={(row: QualityRun) => row.id} onOpen={(row) => setTestId(row.testId)} empty={{ title: t('laboratory.quality.noRuns') }} {...(can('laboratory.quality') ? { rowMenu: noteOf } : {})}
          columns={[
            { key: 'measuredAt', label: t('common.date'), render: (row) => <When at={row.measuredAt} /> },
            { key: 'test', label: t('laboratory.test'), render: (row) => row.testName },
            { key: 'points', label: t('laboratory.quality.points'), render: (row) => row.points.map((point) => <div key={point.level} className="whole">{levelName(point.level)} <bdi dir="ltr" className="figures">{`${point.value} (${signed(point.z.toFixed(1))} s)`}</bdi></div>) },
            { key: 'state', label: t('common.state'), render: (row) => <StateBadge label={[t(`laboratory.run.${row.state}`), row.broken.join(', ')].filter(Boolean).join(': ')} tone={tones[row.state]} /> },
            { key: 'action', label: t('laboratory.quality.action'), isProse: true, render: (row) => row.action || '–' },
          ]}
        />
      </Stack>
    </Page>
  )
}
