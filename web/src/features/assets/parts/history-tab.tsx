import { useText } from '../../../kernel/i18n.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { When } from '../../../ui/time.tsx'
import { api, type Asset } from '../queries.ts'

/** What happened to an asset: states, places, who answered for it, how it was depreciated. */
export function HistoryTab({ asset }: { asset: Asset }) {
  const t = useText()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listChanges({ params: { id: asset.id }, query: { cursor, limit }, signal })
  const word = (kind: string, value: string) => (value === '' ? '–' : kind === 'state' ? t(`assets.state.${value}`) : value)
  return (
    <DataTable
      name="asset-changes" queryKey={['assets', 'changes', asset.id, asset.version]} load={load} rowId={(row) => row.id} empty={{ title: t('assets.history.none') }}
      columns={[
        { key: 'at', label: t('common.date'), render: (row) => <When at={row.occurredAt} />, csv: (row) => row.occurredAt }, { key: 'kind', label: t('common.type'), render: (row) => t(`assets.change.${row.kind}`), csv: (row) => row.kind },
        { key: 'before', label: t('assets.before'), render: (row) => <bdi>{word(row.kind, row.before)}</bdi>, csv: (row) => row.before }, { key: 'after', label: t('assets.after'), render: (row) => <bdi>{word(row.kind, row.after)}</bdi>, csv: (row) => row.after },
        { key: 'reason', label: t('common.reason'), isProse: true, render: (row) => <bdi>{row.reason || '–'}</bdi>, csv: (row) => row.reason }, { key: 'by', label: t('assets.by'), render: (row) => <bdi>{row.byName}</bdi>, csv: (row) => row.byName },
      ]}
    />
  )
}
