import { Button, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { PatientSummary } from '#contract/patients.ts'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { DataTable, type Column } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { fullName } from '../../../ui/patient-banner.tsx'
import { PatientLine } from '../../../ui/patient-picker.tsx'
import { useReasonText } from '../parts/duplicate-warning.tsx'
import { api, type DuplicatePair } from '../queries.ts'

const pathOf = (pair: DuplicatePair) => `/patients/merge/${pair.a.id}/${pair.b.id}`
const csvOf = (patient: PatientSummary) => `${fullName(patient)} ${patient.mrn}`

export function DuplicatesPage() {
  const t = useText()
  const format = useFormat()
  const reasonText = useReasonText()
  const columns: Column<DuplicatePair>[] = [
    { key: 'a', label: t('patients.duplicates.first'), render: (pair) => <PatientLine patient={pair.a} />, csv: (pair) => csvOf(pair.a) },
    { key: 'b', label: t('patients.duplicates.second'), render: (pair) => <PatientLine patient={pair.b} />, csv: (pair) => csvOf(pair.b) },
    { key: 'reasons', label: t('patients.duplicates.why'), render: (pair) => <Text size="sm">{pair.reasons.map(reasonText).join(', ')}</Text>, csv: (pair) => pair.reasons.map(reasonText).join(', ') },
    { key: 'score', label: t('patients.duplicates.score'), render: (pair) => format.number(Math.round(pair.score * 100) / 100), align: 'end' },
  ]
  const compare = (pair: DuplicatePair) => (
    <Button size="xs" variant="default" component={Link} to={pathOf(pair)}>
      {t('patients.duplicates.compare')}
    </Button>
  )
  return (
    <Page title={t('patients.duplicates.title')} crumbs={[{ label: t('patients.title'), path: '/patients' }]}>
      <DataTable name="duplicates" queryKey={['patients', 'duplicates']} load={({ cursor, limit, signal }) => api.duplicates({ query: { cursor, limit }, signal })} columns={columns} rowId={(pair) => `${pair.a.id}-${pair.b.id}`} rowPath={pathOf} rowMenu={compare} empty={{ title: t('patients.duplicates.empty'), hint: t('patients.duplicates.emptyHint') }} />
    </Page>
  )
}
