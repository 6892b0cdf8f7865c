import { Button, Group, Loader, Stack, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient, useWrite } from '../../../kernel/query.ts'
import { Section } from '../../../ui/page.tsx'
import { Empty, Loaded, StateBadge } from '../../../ui/states.tsx'
import type { Tone } from '../../../ui/theme.ts'
import { When } from '../../../ui/time.tsx'
import { api, backupsQuery, runsQuery, type Backup, type Installation, type Run } from '../queries.ts'

const runKeys = [['operations', 'runs'], ['operations', 'backups']]
const toneOf: Record<Run['state'], Tone> = { queued: 'neutral', running: 'info', done: 'good', failed: 'bad' }
const isGoing = (run: Run): boolean => run.state === 'queued' || run.state === 'running'

function Size({ bytes }: { bytes: number }) {
  const format = useFormat()
  const [divisor, unit] = bytes < 2 ** 20 ? [2 ** 10, 'kB'] : bytes < 2 ** 30 ? [2 ** 20, 'MB'] : [2 ** 30, 'GB']
  return <bdi className="figures">{format.number(Math.round((bytes / divisor) * 10) / 10)} {unit}</bdi>
}

/** The run that goes on, or how the last one ended. */
function RunLine({ run }: { run: Run }) {
  const t = useText()
  return (
    <Group gap="sm" role="status" wrap="wrap">
      {isGoing(run) ? <Loader size="xs" /> : null}
      <StateBadge label={t(`operations.run.${run.state}`)} tone={toneOf[run.state]} />
      <Text size="sm">{t(`operations.kind.${run.kind}`)}</Text>
      {isGoing(run) && run.bytes > 0 ? <Text size="sm" c="dimmed"><Size bytes={run.bytes} /></Text> : null}
      <Text size="sm" c="dimmed"><When at={run.endedAt ?? run.createdAt} /></Text>
      {run.message === '' ? null : <Text size="sm" dir="ltr" style={{ overflowWrap: 'anywhere' }}>{run.message}</Text>}
    </Group>
  )
}

function Proof({ backup }: { backup: Backup }) {
  const t = useText()
  if (backup.problem !== '') return <StateBadge tone="bad" label={t('operations.proof.unreadable')} />
  if (backup.verified === null) return <StateBadge tone="neutral" label={t('operations.proof.none')} />
  return backup.verified.isGood ? <StateBadge tone="good" label={t('operations.proof.good')} /> : <StateBadge tone="bad" label={t('operations.proof.bad')} />
}

interface RowsProps {
  items: readonly Backup[]
  canVerify: boolean
  isBusy: boolean
}

function VerifyButton({ backup, isBusy }: { backup: Backup; isBusy: boolean }) {
  const t = useText()
  const verify = useWrite((id: string) => api.verifyBackup({ params: { id }, body: {} }), { invalidate: runKeys })
  return <Button size="compact-sm" variant="default" disabled={isBusy} loading={verify.isPending} onClick={() => verify.mutate(backup.id)}>{t('operations.verify')}</Button>
}

function What({ backup }: { backup: Backup }) {
  const t = useText()
  return (
    <>
      {t(`operations.backup.${backup.kind}`)}
      {backup.hospital === null ? null : <Text size="xs" c="dimmed">{backup.hospital}</Text>}
    </>
  )
}

function Finding({ backup }: { backup: Backup }) {
  const text = backup.problem === '' && backup.verified?.isGood === false ? backup.verified.findings[0] : backup.problem
  return text === undefined || text === '' ? null : <Text size="xs" dir="ltr" ta="start" style={{ overflowWrap: 'anywhere' }}>{text}</Text>
}

function BackupTable({ items, canVerify, isBusy }: RowsProps) {
  const t = useText()
  return (
    <Table visibleFrom="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('common.date')}</Table.Th>
          <Table.Th>{t('common.type')}</Table.Th>
          <Table.Th ta="end">{t('operations.size')}</Table.Th>
          <Table.Th>{t('operations.proof')}</Table.Th>
          <Table.Th aria-label={t('common.actions')} />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map((backup) => (
          <Table.Tr key={backup.id}>
            <Table.Td>{backup.at === null ? '' : <When at={backup.at} />}<Text size="xs" c="dimmed"><bdi>{backup.id}</bdi></Text></Table.Td>
            <Table.Td><What backup={backup} /></Table.Td>
            <Table.Td ta="end"><Size bytes={backup.bytes} /></Table.Td>
            <Table.Td><Proof backup={backup} /><Finding backup={backup} /></Table.Td>
            <Table.Td ta="end">{canVerify ? <VerifyButton backup={backup} isBusy={isBusy} /> : null}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

function BackupCards({ items, canVerify, isBusy }: RowsProps) {
  return (
    <Stack hiddenFrom="sm" gap="sm">
      {items.map((backup) => (
        <Stack key={backup.id} gap={4} style={{ borderTop: '1px solid var(--mantine-color-default-border)' }} pt="sm">
          <Group justify="space-between" align="start">
            <div><Text fw={600} component="div"><What backup={backup} /></Text></div>
            <Proof backup={backup} />
          </Group>
          <Group justify="space-between">
            <Text size="sm" c="dimmed">{backup.at === null ? '' : <When at={backup.at} />} · <Size bytes={backup.bytes} /></Text>
            {canVerify ? <VerifyButton backup={backup} isBusy={isBusy} /> : null}
          </Group>
          <Finding backup={backup} />
        </Stack>
      ))}
    </Stack>
  )
}

/** The list is asked again when a run has ended. */
function useFreshList(run: Run | undefined): void {
  const before = useRef(run?.state)
  useEffect(() => {
    if (before.current !== run?.state && run !== undefined && !isGoing(run)) void queryClient.invalidateQueries({ queryKey: ['operations', 'backups'] })
    before.current = run?.state
  }, [run])
}

/** Backups: make one, see how it goes, prove one by restoring it. */
export function BackupsPanel({ installation }: { installation: Installation }) {
  const t = useText()
  const backups = useQuery(backupsQuery)
  const runs = useQuery(runsQuery)
  const [last] = runs.data?.items ?? []
  useFreshList(last)
  const isBusy = runs.data?.items.some(isGoing) === true
  const start = useWrite((kind: 'installation' | 'hospital') => api.startBackup({ body: { kind } }), { invalidate: runKeys })
  const buttons = (
    <Group gap="xs">
      <Button variant={installation.isOperator ? 'default' : 'filled'} disabled={isBusy} loading={start.isPending && start.variables === 'hospital'} onClick={() => start.mutate('hospital')}>{t('operations.exportHospital')}</Button>
      {installation.isOperator ? <Button disabled={isBusy} loading={start.isPending && start.variables === 'installation'} onClick={() => start.mutate('installation')}>{t('operations.backUpNow')}</Button> : null}
    </Group>
  )
  return (
    <Stack>
      <Section title={t('operations.tab.backups')} actions={buttons}>
        <Stack gap="sm">
          <Text size="sm" c="dimmed">{installation.hasBackups ? t('operations.scheduled', { days: installation.keepDays }) : t('operations.notScheduled')}</Text>
          {last === undefined ? null : <RunLine run={last} />}
          <Loaded query={backups}>
            {({ items }) => items.length === 0 ? <Empty title={t('operations.noBackups')} hint={t('operations.noBackupsHint')} /> : <><BackupTable items={items} canVerify={installation.isOperator} isBusy={isBusy} /><BackupCards items={items} canVerify={installation.isOperator} isBusy={isBusy} /></>}
          </Loaded>
        </Stack>
      </Section>
    </Stack>
  )
}
