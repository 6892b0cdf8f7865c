import { Button } from '@mantine/core'
import type { CorrectionBatch } from '#contract/patients-cleaning.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { cleaning } from '../queries.ts'

function Undo({ batch }: { batch: CorrectionBatch }) {
  const t = useText()
  const undo = useWrite(() => cleaning.undoCorrection({ params: { id: batch.id }, body: {} }), { invalidate: [['patients']], done: t('patients.corrections.undoDone') })
  if (batch.state !== 'applied' || batch.corrected === 0) return null
  return <Button size="xs" variant="default" loading={undo.isPending} onClick={() => undo.mutate(undefined)}>{t('common.undo')}</Button>
}

/** Corrections of many records: who, why, how many; undone where nothing else changed since. */
export function CorrectionsPage() {
  const t = useText()
  const load = ({ cursor, limit, signal }: PageRequest) => cleaning.corrections({ query: { cursor, limit }, signal })
  const stateOf = (batch: CorrectionBatch) => t(`patients.corrections.${batch.state}`, { count: batch.restored, all: batch.corrected })
  return (
    <Page title={t('patients.corrections.title')} crumbs={[{ label: t('patients.title'), path: '/patients' }, { label: t('patients.findings.title'), path: '/patients/findings' }]}>
      <DataTable
        name="corrections" queryKey={['patients', 'corrections']} load={load} rowId={(batch) => batch.id} rowMenu={(batch) => <Undo batch={batch} />} empty={{ title: t('patients.corrections.none'), hint: t('patients.corrections.noneHint') }}
        columns={[
          { key: 'kind', label: t('patients.correct.what'), render: (batch) => t(`patients.correct.${batch.kind}`) },
          { key: 'corrected', label: t('patients.corrections.count'), align: 'end', render: (batch) => batch.corrected },
          { key: 'state', label: t('common.state'), render: (batch) => <StateBadge tone={batch.state === 'applied' ? 'good' : 'neutral'} label={stateOf(batch)} />, csv: stateOf },
          { key: 'reason', label: t('common.reason'), render: (batch) => <bdi>{batch.reason}</bdi>, csv: (batch) => batch.reason },
          { key: 'by', label: t('patients.corrections.by'), render: (batch) => <bdi>{batch.createdBy}</bdi>, csv: (batch) => batch.createdBy },
          { key: 'at', label: t('common.date'), render: (batch) => <When at={batch.createdAt} />, csv: (batch) => batch.createdAt },
        ]}
      />
    </Page>
  )
}
