import { useEffect, useState } from 'react'
import { Anchor, Button, Group, Stack, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { unitText } from '#contract/common/units.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { usePathParam } from '../../../kernel/routing.tsx'
import { LifecycleButtons, type LifecycleStep } from '../../../ui/lifecycle-buttons.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { PatientBanner } from '../../../ui/patient-banner.tsx'
import { Fact, Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { AmendForm } from '../parts/amend-form.tsx'
import { CommentForm } from '../parts/comment-form.tsx'
import { DetailView, hasDetail } from '../parts/detail-view.tsx'
import { PendingAmendment } from '../parts/pending-amendment.tsx'
import { Holds, rangeOf, ResultState, TubeLooks, Value } from '../parts/states.tsx'
import { api, resultQuery, touched } from '../queries.ts'

type Whole = Awaited<ReturnType<typeof api.readResult>>

// Where a rule called the value critical, its alert stands already.
const callable: ReadonlySet<string> = new Set(['verified', 'approved', 'released'])

const commentable: ReadonlySet<string> = new Set(['received', 'verified', 'approved'])

function Steps({ result, onAmend }: { result: Whole; onAmend: () => void }) {
  const t = useText()
  const { can } = useAuth()
  const request = { params: { id: result.id }, ifMatch: result.version }
  const isHeld = result.holds.length > 0
  const all: (LifecycleStep & { permission: string })[] = [
    { step: 'verify', permission: 'laboratory.verify', label: t('laboratory.step.verify'), isPrimary: true, ...(isHeld ? { confirm: t('laboratory.step.heldHint') } : {}), run: () => api.verify({ ...request, body: { isHoldAccepted: isHeld } }) },
    { step: 'approve', permission: 'laboratory.release', label: t('laboratory.step.approve'), run: () => api.approve({ ...request, body: {} }) },
    { step: 'release', permission: 'laboratory.release', label: t('laboratory.step.release'), isPrimary: true, run: () => api.release({ ...request, body: {} }) },
    ...(result.valueKind === 'culture' ? [{ step: 'release', permission: 'laboratory.release', label: t('laboratory.step.preliminary'), run: () => api.release({ ...request, body: { status: 'preliminary' as const } }) }] : []),
    { step: 'call-back', permission: 'laboratory.verify', label: t('laboratory.call.do'), needsReason: true, confirm: t('laboratory.call.hint'), run: (reason) => api.callBack({ ...request, body: { reason } }) },
    { step: 'return', permission: 'laboratory.verify', label: t('laboratory.step.return'), needsReason: true, run: (reason) => api.returnResult({ ...request, body: { reason } }) },
    { step: 'cancel', permission: 'laboratory.verify', label: t('laboratory.step.cancelResult'), needsReason: true, run: (reason) => api.cancelResult({ ...request, body: { reason } }) },
    { step: 'entered-in-error', permission: 'laboratory.amend', label: t('laboratory.step.error'), needsReason: true, isDangerous: true, confirm: t('laboratory.step.errorHint'), run: (reason) => api.resultInError({ ...request, body: { reason } }) },
  ]
  return (
    <Group gap="xs">
      {result.actions.includes('amend') && can('laboratory.amend', result.facilityId) ? <Button variant="default" onClick={onAmend}>{t('laboratory.amend')}</Button> : null}
      <LifecycleButtons actions={callable.has(result.state) && !result.isCritical ? [...result.actions, 'call-back'] : result.actions} steps={all.filter((step) => can(step.permission, result.facilityId))} invalidate={touched} />
    </Group>
  )
}

function Versions({ result }: { result: Whole }) {
  const t = useText()
  if (result.versions.length === 0) return <Text size="sm" c="dimmed">{t('laboratory.versions.none')}</Text>
  return (
    <Table.ScrollContainer minWidth={520}>
      <Table>
        <Table.Thead><Table.Tr><Table.Th>{t('laboratory.version')}</Table.Th><Table.Th>{t('laboratory.result')}</Table.Th><Table.Th>{t('common.reason')}</Table.Th><Table.Th>{t('laboratory.releasedBy')}</Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {result.versions.map((version) => (
            <Table.Tr key={version.resultVersion}>
              <Table.Td>{version.resultVersion} · {t(`laboratory.status.${version.status}`)}</Table.Td>
              <Table.Td><Value result={version} /></Table.Td>
              <Table.Td>{version.reason || '–'}</Table.Td>
              <Table.Td>{version.releasedByName} · <When at={version.releasedAt} /></Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

/** One result: how it was judged, its versions, and its steps. Reading it is noted, so that a change reaches the reader. */
export function ResultPage() {
  const t = useText()
  const { can } = useAuth()
  const id = usePathParam('id')
  const query = useQuery(resultQuery(id))
  const [isAmending, setAmending] = useState(false)
  const seen = query.data?.resultVersion ?? 0
  useEffect(() => {
    if (seen > 0) void api.seeResults({ body: { ids: [id] } }).catch(() => {})
  }, [id, seen])
  return (
    <>
      {query.data === undefined ? null : <PatientBanner patientId={query.data.patientId} />}
      <Page title={query.data?.name ?? t('laboratory.result')} crumbs={[{ label: t('laboratory.results.queue'), path: '/laboratory/results' }]} actions={query.data === undefined ? null : <Steps result={query.data} onAmend={() => setAmending(true)} />}>
        <Loaded query={query} rows={6}>
          {(result) => (
            <Stack>
              <Group component="dl" gap="lg" m={0}>
                <Fact label={t('common.state')}><ResultState result={result} /></Fact>
                <Fact label={t('laboratory.result')}><Value result={result} /></Fact>
                {result.previous === undefined ? null : <Fact label={t('laboratory.previous')}><bdi dir="ltr">{[result.previous.value, unitText(result.previous.unit)].filter(Boolean).join(' ')}</bdi>{result.previous.change === null ? null : <bdi dir="ltr"> ({result.previous.change.replace('-', '−')})</bdi>} · <When at={result.previous.at} /></Fact>}
                <Fact label={t('laboratory.range')}>{rangeOf(result.range) === '' ? '' : <bdi dir="ltr">{rangeOf(result.range)}</bdi>}</Fact>
                <Fact label={t('laboratory.specimen.number')}><Anchor component={Link} to={`/laboratory/specimens/${result.specimenId}`} size="sm" lh="24px">{result.specimenNumber}</Anchor></Fact>
                <Fact label={t('laboratory.collected')}><When at={result.collectedAt} /></Fact>
                {result.method === '' ? null : <Fact label={t('laboratory.method')}>{result.method}</Fact>}
              </Group>
              <Holds holds={result.holds} /><TubeLooks result={result} />
              {result.range.note === '' ? null : <Text size="sm" c="dimmed">{t('laboratory.ageEstimated')}</Text>}
              {result.reason === '' || result.state === 'released' ? null : <Text size="sm"><bdi>{result.reason}</bdi></Text>}
              {commentable.has(result.state) && can('laboratory.verify', result.facilityId) ? <CommentForm key={result.comment} result={result} /> : result.comment === '' ? null : <Text size="sm"><bdi>{result.comment}</bdi></Text>}
              {hasDetail(result) ? <Section title={result.name}><DetailView result={result} /></Section> : null}
              <PendingAmendment result={result} />
              {isAmending ? <Section title={t('laboratory.amend')}><AmendForm result={result} onDone={() => setAmending(false)} /></Section> : null}
              <Section title={t('laboratory.versions')}><Versions result={result} /></Section>
            </Stack>
          )}
        </Loaded>
      </Page>
    </>
  )
}
