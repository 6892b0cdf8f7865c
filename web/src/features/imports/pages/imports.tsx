import { useText } from '../../../kernel/i18n.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { When } from '../../../ui/time.tsx'
import { NewImport } from '../parts/new-import.tsx'
import { RunState } from '../parts/run-state.tsx'
import { api, type Run } from '../queries.ts'

const sumOf = (run: Run, key: 'read' | 'created' | 'failed'): number => Object.values(run.counts).reduce((sum, counts) => sum + counts[key], 0)

/** Imports from other systems: start one, see how earlier ones went. */
export function ImportsPage() {
  const t = useText()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listImports({ query: { cursor, limit }, signal })
  return (
    <Page title={t('imports.title')}>
      <Section title={t('imports.new')}><NewImport /></Section>
      <DataTable
        name="imports" queryKey={['imports', 'list']} load={load} rowId={(row) => row.id} rowPath={(row) => `/imports/${row.id}`} empty={{ title: t('imports.empty'), hint: t('imports.emptyHint') }} refetchMs={5000}
        columns={[
          { key: 'createdAt', label: t('common.time'), render: (row) => <When at={row.createdAt} /> },
          { key: 'kind', label: t('common.type'), render: (row) => `${t(`imports.kind.${row.kind}`)}${row.dryRun ? ` · ${t('imports.trialShort')}` : ''}` },
          { key: 'state', label: t('common.state'), render: (row) => <RunState state={row.state} /> },
          { key: 'files', label: t('imports.filesShort'), align: 'end', render: (row) => row.files },
          { key: 'read', label: t('imports.count.read'), align: 'end', render: (row) => sumOf(row, 'read') },
          { key: 'created', label: t('imports.count.created'), align: 'end', render: (row) => sumOf(row, 'created') },
          { key: 'failed', label: t('imports.count.failed'), align: 'end', render: (row) => sumOf(row, 'failed') },
        ]}
      />
    </Page>
  )
}
