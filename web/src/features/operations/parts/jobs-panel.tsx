import { Alert, Button, Group, SegmentedControl, Stack, Text } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Section } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import type { Tone } from '../../../ui/theme.ts'
import { When } from '../../../ui/time.tsx'
import { api, type Installation, type Job } from '../queries.ts'

const toneOf: Record<Job['state'], Tone> = { waiting: 'neutral', running: 'info', retrying: 'warn', failed: 'bad' }
const states = ['waiting', 'running', 'retrying', 'failed'] as const
const isState = (value: string | undefined): value is Job['state'] => states.some((state) => state === value)

function Held({ count }: { count: number }) {
  const t = useText()
  const decide = useWrite((decision: 'release' | 'discard') => api.decideHeldWork({ body: { decision } }), { invalidate: [['operations']] })
  return (
    <Alert title={t('operations.held', { count })} color="yellow">
      <Stack gap="sm">
        <Text size="sm">{t('operations.heldHint')}</Text>
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={() => decide.mutate('release')}>{t('operations.release')}</Button>
          <Button size="xs" variant="default" onClick={() => decide.mutate('discard')}>{t('operations.discard')}</Button>
        </Group>
      </Stack>
    </Alert>
  )
}

function JobActions({ job }: { job: Job }) {
  const t = useText()
  const again = useWrite(() => api.retryJob({ params: { id: job.id }, body: {} }), { invalidate: [['operations', 'jobs']] })
  const giveUp = useWrite(() => api.cancelJob({ params: { id: job.id }, body: {} }), { invalidate: [['operations', 'jobs']] })
  if (job.state === 'running') return null
  return (
    <Group gap="xs" justify="end" wrap="nowrap">
      {job.state === 'waiting' ? null : <Button size="compact-sm" variant="default" loading={again.isPending} onClick={() => again.mutate(undefined)}>{t('common.retry')}</Button>}
      <Button size="compact-sm" variant="subtle" loading={giveUp.isPending} onClick={() => giveUp.mutate(undefined)}>{t('operations.cancelJob')}</Button>
    </Group>
  )
}

/** Background work: what waits, what runs, and what failed for good. */
export function JobsPanel({ installation }: { installation: Installation }) {
  const t = useText()
  const [chosen, choose] = useSearchParam('state')
  const state = isState(chosen) ? chosen : undefined
  return (
    <Stack>
      {installation.heldJobs === 0 ? null : <Held count={installation.heldJobs} />}
      <Section title={t('operations.tab.jobs')}>
        <Stack gap="sm">
          <SegmentedControl aria-label={t('common.state')} value={state ?? 'all'} onChange={(value) => choose(value === 'all' ? undefined : value)} style={{ alignSelf: 'start', flexWrap: 'wrap' }} data={[{ value: 'all', label: t('common.all') }, ...states.map((one) => ({ value: one, label: t(`operations.job.${one}`) }))]} />
          <DataTable
            name="jobs"
            queryKey={['operations', 'jobs', state ?? '']}
            load={({ cursor, limit, signal }: PageRequest) => api.listJobs({ query: { limit, ...(cursor === undefined ? {} : { cursor }), ...(state === undefined ? {} : { state }) }, signal })}
            rowId={(job) => job.id}
            empty={{ title: t('operations.noJobs'), hint: t('operations.noJobsHint') }}
            columns={[
              { key: 'task', label: t('operations.task'), render: (job) => <span dir="ltr">{job.task}</span>, csv: (job) => job.task },
              { key: 'state', label: t('common.state'), render: (job) => <StateBadge label={t(`operations.job.${job.state}`)} tone={toneOf[job.state]} />, csv: (job) => job.state },
              { key: 'attempts', label: t('operations.attempts'), align: 'end', render: (job) => `${job.attempts} / ${job.mostAttempts}`, csv: (job) => String(job.attempts) },
              { key: 'runAt', label: t('operations.due'), render: (job) => <When at={job.runAt} />, csv: (job) => job.runAt },
              { key: 'error', label: t('operations.error'), render: (job) => <span dir="ltr">{job.error}</span>, csv: (job) => job.error },
              { key: 'actions', label: t('common.actions'), align: 'end', render: (job) => <JobActions job={job} /> },
            ]}
          />
        </Stack>
      </Section>
    </Stack>
  )
}
