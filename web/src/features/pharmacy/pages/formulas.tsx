import { Text } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { api } from '../queries.ts'

/** The formulas of the house in all their versions: a batch of years ago is read by the one it was made by. */
export function FormulasPage() {
  const t = useText()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listFormulas({ query: { cursor, limit }, signal })
  return (
    <Page title={t('pharmacy.formulas')} crumbs={[{ label: t('pharmacy.preparations'), path: '/pharmacy/preparations' }]}>
      <DataTable
        name="formulas" queryKey={['pharmacy', 'formulas', 'all']} load={load} rowId={(row) => row.id} empty={{ title: t('pharmacy.formulas.none') }}
        columns={[
          { key: 'name', label: t('pharmacy.formula'), render: (row) => <bdi>{row.name}</bdi>, csv: (row) => row.name },
          { key: 'version', label: t('pharmacy.formula.version'), align: 'end', render: (row) => row.formulaVersion },
          { key: 'state', label: t('common.state'), render: (row) => <StateBadge tone={row.isCurrent ? 'good' : 'neutral'} label={t(row.isCurrent ? 'pharmacy.formula.current' : 'pharmacy.formula.former')} /> },
          { key: 'yield', label: t('pharmacy.yield'), align: 'end', render: (row) => <span className="figures">{row.yieldQuantity} <bdi>{row.unit}</bdi></span>, csv: (row) => row.yieldQuantity },
          { key: 'keeps', label: t('pharmacy.formula.keeps'), align: 'end', render: (row) => row.shelfLifeDays },
          { key: 'ingredients', label: t('pharmacy.formula.ingredients'), render: (row) => <bdi>{row.lines.map((line) => `${line.itemName} ${line.quantity} ${line.unit}`).join(', ')}</bdi> },
          { key: 'method', label: t('pharmacy.formula.method'), render: (row) => <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}><bdi>{row.method}</bdi></Text>, csv: (row) => row.method },
        ]}
      />
    </Page>
  )
}
