import { SimpleGrid, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useText } from '../../../kernel/i18n.ts'
import { usePathParam } from '../../../kernel/routing.tsx'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { PatientBanner } from '../../../ui/patient-banner.tsx'
import { Fact, Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { ErasureParts } from '../parts/erasure-parts.tsx'
import { RequestState } from '../parts/states.tsx'
import { api, erasureQuery, requestQuery, type PrivacyRequest } from '../queries.ts'

function Steps({ request }: { request: PrivacyRequest }) {
  const t = useText()
  const params = { id: request.id }
  const isErasure = request.kind === 'erasure'
  return (
    <LifecycleButtons
      actions={request.actions} invalidate={[['privacy'], ['patients']]}
      steps={[
        { step: 'approve', label: t('privacy.request.approve'), isPrimary: true, run: () => api.approveRequest({ params, body: {} }) },
        { step: 'complete', label: t(isErasure ? 'privacy.request.erase' : 'privacy.request.corrected'), isPrimary: true, isDangerous: isErasure, ...(isErasure ? { confirm: t('privacy.request.eraseConfirm') } : {}), run: () => api.completeRequest({ params, body: {} }) },
        { step: 'refuse', label: t('privacy.request.refuse'), needsReason: true, run: (reason) => api.refuseRequest({ params, body: { reason } }) },
      ]}
    />
  )
}

function Preview({ patientId }: { patientId: string }) {
  const t = useText()
  const query = useQuery(erasureQuery(patientId))
  return <Section title={t('privacy.erasure.preview')}><Loaded query={query}>{(data) => <ErasureParts parts={data.parts} holds={data.holds} />}</Loaded></Section>
}

function Result({ request }: { request: PrivacyRequest }) {
  const t = useText()
  return (
    <Section title={t('privacy.erasure.result')}>
      <Stack gap="xs">
        <Text size="sm">{t('privacy.erasure.erased')}: {request.erased.map((what) => t(`privacy.part.${what}`)).join(', ')}</Text>
        {request.kept.map((part) => <Text key={part.what} size="sm">{t('privacy.part.kept')}: {t(`privacy.part.${part.what}`)}{part.until === null ? '' : <> · {t('privacy.part.until')} <When at={part.until} isDayOnly /></>} <Text span size="xs" c="dimmed">{part.source}</Text></Text>)}
      </Stack>
    </Section>
  )
}

/** A request of a patient, with what an erasure would take and leave. */
export function RequestPage() {
  const t = useText()
  const query = useQuery(requestQuery(usePathParam('id')))
  return (
    <Page title={t('privacy.request.one')} crumbs={[{ label: t('privacy.requests.title'), path: '/privacy-requests' }]} actions={query.data === undefined ? null : <Steps request={query.data} />}>
      <Loaded query={query}>
        {(request) => (
          <Stack>
            <PatientBanner patientId={request.patientId} />
            <Section title={t(`privacy.request.kind.${request.kind}`)} actions={<RequestState state={request.state} />}>
              <Stack>
                <Text style={{ whiteSpace: 'pre-wrap' }}><bdi>{request.details}</bdi></Text>
                <SimpleGrid component="dl" cols={{ base: 1, xs: 2, md: 4 }} m={0}>
                  <Fact label={t('privacy.request.received')}><When at={request.receivedAt} /></Fact>
                  <Fact label={t('privacy.request.due')}><When at={request.dueOn} isDayOnly /></Fact>
                  <Fact label={t('privacy.request.decided')}><When at={request.decidedAt} /></Fact>
                  {request.reason === '' ? null : <Fact label={t('common.reason')}><bdi>{request.reason}</bdi></Fact>}
                </SimpleGrid>
              </Stack>
            </Section>
            {request.kind === 'erasure' && request.state !== 'done' && request.state !== 'refused' ? <Preview patientId={request.patientId} /> : null}
            {request.erased.length > 0 ? <Result request={request} /> : null}
          </Stack>
        )}
      </Loaded>
    </Page>
  )
}
