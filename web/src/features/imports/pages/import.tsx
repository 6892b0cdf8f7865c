import { Button, Group, Progress, Stack, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ImportCounts } from '#contract/interop.ts'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { usePathParam } from '../../../kernel/routing.tsx'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Loaded, StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { RunState } from '../parts/run-state.tsx'
import { api, runQuery, saveErrors, type Run } from '../queries.ts'

const columns = ['read', 'created', 'unchanged', 'kept', 'failed'] as const
const mostErrors = 200

/** What a run read and is not accounted for: nought when every record became something. */
const missing = (counts: ImportCounts): number => counts.read - counts.created - counts.unchanged - counts.kept - counts.failed

function Counts({ run }: { run: Run }) {
  const t = useText()
  const format = useFormat()
  return (
    <Table.ScrollContainer minWidth={480}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('common.type')}</Table.Th>
            {columns.map((key) => <Table.Th key={key} ta="end">{t(`imports.count.${key}`)}</Table.Th>)}
            <Table.Th>{t('imports.check')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {Object.entries(run.counts).toSorted(([a], [b]) => a.localeCompare(b)).map(([type, counts]) => (
            <Table.Tr key={type}>
              <Table.Td>{type}</Table.Td>
              {columns.map((key) => <Table.Td key={key} ta="end" className="figures" fw={key === 'failed' && counts.failed > 0 ? 600 : 400}>{format.number(counts[key])}</Table.Td>)}
              <Table.Td>{missing(counts) === 0 ? <StateBadge tone="good" label={t('imports.check.fits')} /> : <StateBadge tone="bad" label={t('imports.check.missing', { count: missing(counts) })} />}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

function Errors({ run }: { run: Run }) {
  const t = useText()
  const save = useWrite(() => saveErrors(run.id))
  return (
    <Section title={t('imports.errors', { count: run.errorCount })} actions={<Button size="xs" variant="default" loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('imports.saveErrors')}</Button>}>
      <Table.ScrollContainer minWidth={480}>
        <Table fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('imports.error.file')}</Table.Th>
              <Table.Th>{t('imports.error.path')}</Table.Th>
              <Table.Th>{t('imports.error.message')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {run.errors.slice(0, mostErrors).map((error, index) => (
              <Table.Tr key={`${error.file}-${error.line ?? ''}-${error.path}-${index}`}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{error.file}{error.line === null ? '' : `:${error.line}`}</Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{error.path}</Table.Td>
                <Table.Td>{error.message}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {run.errorCount > mostErrors ? <Text size="sm" c="dimmed">{t('imports.errorsCut', { count: mostErrors })}</Text> : null}
    </Section>
  )
}

/** How an import goes; one may walk away meanwhile. */
export function ImportPage() {
  const t = useText()
  const id = usePathParam('id')
  const query = useQuery(runQuery(id))
  return (
    <Page title={t('imports.one')} crumbs={[{ label: t('imports.title'), path: '/imports' }]}>
      <Loaded query={query}>
        {(run) => (
          <Stack>
            <Section>
              <Stack gap="sm">
                <Group justify="space-between">
                  <Group gap="sm">
                    <RunState state={run.state} />
                    <Text size="sm" c="dimmed">{t(`imports.kind.${run.kind}`)}{run.source === '' ? '' : ` · ${run.source}`}{run.dryRun ? ` · ${t('imports.trialShort')}` : ''} · <When at={run.startedAt ?? run.createdAt} /></Text>
                  </Group>
                  <LifecycleButtons actions={run.actions} invalidate={[['imports']]} steps={[{ step: 'cancel', label: t('common.cancel'), isDangerous: true, confirm: t('imports.cancelConfirm'), run: () => api.cancelImport({ params: { id: run.id }, body: {} }) }]} />
                </Group>
                <Progress value={(100 * run.progress.filesDone) / Math.max(1, run.progress.filesTotal)} animated={run.state === 'running'} aria-label={t('imports.progress', { done: run.progress.filesDone, total: run.progress.filesTotal })} />
                <Text size="sm">{t('imports.progress', { done: run.progress.filesDone, total: run.progress.filesTotal })}</Text>
              </Stack>
            </Section>
            <Section title={t('imports.counts')}><Counts run={run} /></Section>
            {run.errorCount === 0 ? null : <Errors run={run} />}
          </Stack>
        )}
      </Loaded>
    </Page>
  )
}
