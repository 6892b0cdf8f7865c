import { Button, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { api, type LabReport, printReport, reportsQuery } from '../queries.ts'

function ReportLine({ report }: { report: LabReport }) {
  const t = useText()
  const { can } = useAuth()
  const print = useWrite(() => printReport(report.id, report.prints > 0 ? 'duplicate' : 'original'), { invalidate: [['laboratory', 'reports']] })
  const tell = useWrite(() => api.tellPatient({ params: { id: report.id }, ifMatch: report.version, body: {} }), { invalidate: [['laboratory', 'reports']], done: t('laboratory.report.told') })
  return (
    <Group justify="space-between" gap="xs" py={6} style={{ borderBlockEnd: '1px solid var(--line)' }}>
      <Group gap="xs">
        <Text size="sm" className="figures">{report.number}</Text>
        <StateBadge label={t(`laboratory.status.${report.status}`)} tone={report.status === 'final' ? 'good' : 'warn'} />
        <Text size="xs" c="dimmed" component="span"><When at={report.issuedAt} /></Text>
      </Group>
      <Group gap={4}>
        {report.actions.includes('tell-patient') && can('laboratory.release', report.facilityId) ? <Button size="xs" variant="default" loading={tell.isPending} onClick={() => tell.mutate(undefined)}>{t('laboratory.report.tell')}</Button> : null}
        <Button size="xs" variant="default" loading={print.isPending} onClick={() => print.mutate(undefined)}>{report.prints > 0 ? t('laboratory.report.again') : t('laboratory.report.print')}</Button>
      </Group>
    </Group>
  )
}

/** Reports of a patient or a visit, to print. */
export function ReportList({ filter }: { filter: { patientId: string } | { encounterId: string } }) {
  const t = useText()
  const reports = useQuery(reportsQuery(filter)).data?.items
  if (reports === undefined) return null
  if (reports.length === 0) return <Text size="sm" c="dimmed">{t('laboratory.report.none')}</Text>
  return <Stack gap={0}>{reports.map((report) => <ReportLine key={report.id} report={report} />)}</Stack>
}
