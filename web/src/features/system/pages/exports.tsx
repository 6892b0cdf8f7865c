import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { system, type AuditExport } from '#contract/system.ts'
import { client } from '../../../kernel/api.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { saveBlob } from '../../../ui/csv.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import type { Tone } from '../../../ui/theme.ts'
import { When } from '../../../ui/time.tsx'
import { Retention } from '../parts/retention.tsx'

const api = client(system)
const toneOf: Record<AuditExport['state'], Tone> = { queued: 'info', done: 'good', failed: 'bad' }

function Save({ row }: { row: AuditExport }) {
  const t = useText()
  const save = useWrite(async () => saveBlob(`audit-${row.createdAt.slice(0, 10)}.${row.format}`, await api.readAuditExport({ params: { id: row.id } })))
  if (row.state !== 'done') return null
  return <Button size="xs" variant="default" leftSection={<IconDownload size={14} />} loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('system.export.save')}</Button>
}

/** Files made of the audit, and how long it is kept. */
export function AuditExportsPage() {
  const t = useText()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listAuditExports({ query: { cursor, limit }, signal })
  return (
    <Page title={t('system.export.title')} crumbs={[{ label: t('system.audit.title'), path: '/audit' }]}>
      <DataTable
        name="audit-exports" queryKey={['system', 'exports']} load={load} rowId={(row) => row.id} refetchMs={5000} rowMenu={(row) => <Save row={row} />} empty={{ title: t('system.export.empty'), hint: t('system.export.emptyHint') }}
        columns={[
          { key: 'at', label: t('common.time'), render: (row) => <When at={row.createdAt} />, csv: (row) => row.createdAt },
          { key: 'by', label: t('system.audit.user'), render: (row) => <bdi>{row.createdBy}</bdi>, csv: (row) => row.createdBy },
          { key: 'format', label: t('common.type'), render: (row) => row.format.toUpperCase() },
          { key: 'state', label: t('common.state'), render: (row) => <StateBadge tone={toneOf[row.state]} label={t(`system.export.state.${row.state}`)} />, csv: (row) => row.state },
          { key: 'entries', label: t('system.export.entries'), render: (row) => row.entries ?? '', align: 'end' },
        ]}
      />
      <Section title={t('system.retention.title')}><Retention /></Section>
    </Page>
  )
}
