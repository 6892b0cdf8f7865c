import { useText } from '../../../kernel/i18n.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { Counts } from '../parts/counts.tsx'
import { Lists } from '../parts/lists.tsx'
import { api } from '../queries.ts'

/** Which alerts are passed over, by whom and why: what nobody heeds protects nobody. */
export function OverridesPage() {
  const t = useText()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listOverrides({ query: { cursor, limit }, signal })
  return (
    <Page title={t('safety.title')}>
      <Section title={t('safety.counts')}><Counts /></Section>
      <Section title={t('safety.overrides')}>
        <DataTable
          name="overrides" queryKey={['safety', 'overrides']} load={load} rowId={(row) => row.id} rowPath={(row) => `/patients/${row.patientId}`} empty={{ title: t('safety.counts.none') }}
          columns={[
            { key: 'at', label: t('common.when'), render: (row) => <When at={row.at} />, csv: (row) => row.at },
            { key: 'alert', label: t('safety.alert'), isProse: true, render: (row) => <bdi>{row.message}</bdi>, csv: (row) => row.message },
            { key: 'stage', label: t('safety.stage'), render: (row) => <StateBadge label={t(`safety.stage.${row.stage}`)} /> },
            { key: 'reason', label: t('common.reason'), isProse: true, render: (row) => <bdi>{row.reason}</bdi>, csv: (row) => row.reason },
            { key: 'by', label: t('safety.by'), render: (row) => <bdi>{row.by}</bdi>, csv: (row) => row.by },
          ]}
        />
      </Section>
      <Lists />
    </Page>
  )
}
