import { Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useText } from '../../../kernel/i18n.ts'
import { usePathParam } from '../../../kernel/routing.tsx'
import { Page } from '../../../ui/page.tsx'
import { PatientBanner, patientQuery } from '../../../ui/patient-banner.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { Panels } from '../parts/panels.tsx'
import { StillMissing, VisitSteps } from '../parts/visit-steps.tsx'
import { VisitState } from '../parts/visit-state.tsx'
import { visitQuery, type Visit } from '../queries.ts'

function Facts({ visit }: { visit: Visit }) {
  const t = useText()
  const token = visit.token === null ? '' : t('encounters.tokenIs', { token: visit.token })
  return (
    <Group gap="sm">
      <VisitState state={visit.state} />
      <Text size="sm" c="dimmed" component="span">
        {[t(`encounters.class.${visit.class}`), t(`encounters.system.${visit.system}`), visit.practitionerName, token].filter(Boolean).join(' · ')} · <When at={visit.openedAt} />
      </Text>
    </Group>
  )
}

/** The consultation on one screen. */
export function VisitPage() {
  const t = useText()
  const id = usePathParam('id')
  const query = useQuery(visitQuery(id))
  const patientId = query.data?.patientId ?? ''
  const patient = useQuery(patientQuery(patientId))
  return (
    <>
      {patientId === '' ? null : <PatientBanner patientId={patientId} />}
      <Page title={t('encounters.visit.title')} patient={patient.data} crumbs={[{ label: t('encounters.title'), path: '/encounters' }]} actions={query.data === undefined ? null : <VisitSteps visit={query.data} />}>
        <Loaded query={query} rows={8}>
          {(visit) => (
            <>
              <Facts visit={visit} />
              <StillMissing visit={visit} />
              <Panels key={visit.id} encounter={visit} />
            </>
          )}
        </Loaded>
      </Page>
    </>
  )
}
