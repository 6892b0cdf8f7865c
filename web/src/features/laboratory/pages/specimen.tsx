import { Group, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Can } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { usePathParam } from '../../../kernel/routing.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { PatientBanner } from '../../../ui/patient-banner.tsx'
import { Fact, Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { CultureForm } from '../parts/culture-form.tsx'
import { DetailView, hasDetail } from '../parts/detail-view.tsx'
import { JourneyStart } from '../parts/journey-start.tsx'
import { EntryGrid } from '../parts/entry-grid.tsx'
import { HistologyForm } from '../parts/histology-form.tsx'
import { ResultActions } from '../parts/result-actions.tsx'
import { SendOrder } from '../parts/send-order.tsx'
import { LabelButton, OrderLabels, SpecimenSteps } from '../parts/specimen-steps.tsx'
import { SpecimenState } from '../parts/states.tsx'
import { TubeForms } from '../parts/tube-forms.tsx'
import { specimenQuery, type SpecimenWhole } from '../queries.ts'

function Facts({ specimen }: { specimen: SpecimenWhole }) {
  const t = useText()
  return (
    <Group component="dl" gap="lg" m={0}>
      <Fact label={t('common.state')}><SpecimenState state={specimen.state} /></Fact>
      <Fact label={t('laboratory.specimen.container')}>{[specimen.type, specimen.container, specimen.timepoint].filter(Boolean).join(' · ')}</Fact>
      <Fact label={t('laboratory.collected')}><When at={specimen.collectedAt} /></Fact>
      <Fact label={t('laboratory.received')}><When at={specimen.receivedAt} /></Fact>
      {specimen.rack === '' ? null : <Fact label={t('laboratory.rack')}>{specimen.rack}</Fact>}
      {Object.entries(specimen.indices).filter(([, grade]) => grade > 0).map(([index, grade]) => <Fact key={index} label={t(`laboratory.hold.${index}`)}>{'+'.repeat(grade)}</Fact>)}
      {specimen.reason === '' ? null : <Fact label={t('common.reason')}>{specimen.reason}</Fact>}
    </Group>
  )
}

/** One tube: what is on it, and the results entered, verified and released in place. */
export function SpecimenPage() {
  const t = useText()
  const id = usePathParam('id')
  const query = useQuery({ ...specimenQuery(id), refetchInterval: 15_000 })
  return (
    <>
      {query.data === undefined ? null : <PatientBanner patientId={query.data.patientId} />}
      <Page title={query.data?.number ?? t('laboratory.specimen.one')} crumbs={[{ label: t('laboratory.specimens.title'), path: '/laboratory/specimens' }]} actions={query.data === undefined ? null : <><LabelButton specimen={query.data} />{query.data.state === 'requested' && query.data.orderId !== null ? <OrderLabels orderId={query.data.orderId} /> : null}<SendOrder specimenId={query.data.id} facilityId={query.data.facilityId} /><TubeForms specimen={query.data} /><SpecimenSteps specimen={query.data} /></>}>
        <Loaded query={query} rows={8}>
          {(specimen) => (
            <Stack>
              <Facts specimen={specimen} />
              <Section title={t('laboratory.results.title')} actions={<ResultActions results={specimen.results} />}>
                <EntryGrid specimenId={specimen.id} version={specimen.version} results={specimen.results} />
              </Section>
              {specimen.results.filter((result) => result.actions.includes('enter') && specimen.receivedAt !== null).map((result) => (
                result.valueKind === 'culture' ? <Section key={result.id} title={result.name}><CultureForm key={result.version} result={result} /></Section> : result.valueKind === 'histopathology' ? <Section key={result.id} title={result.name}><HistologyForm key={result.version} result={result} /></Section> : null
              ))}
              {specimen.results.filter((result) => !result.actions.includes('enter') && hasDetail(result)).map((result) => <Section key={result.id} title={result.name}><DetailView result={result} /></Section>)}
              <Can permission="laboratory.work"><JourneyStart specimen={specimen} /></Can>
            </Stack>
          )}
        </Loaded>
      </Page>
    </>
  )
}
