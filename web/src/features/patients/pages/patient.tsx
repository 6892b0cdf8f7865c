import { lazy, Suspense, useEffect, useMemo, type ComponentType } from 'react'
import { Alert, Box, Button, Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { features, type PatientTab } from '../../../kernel/features.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { ErrorBoundary } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useGo, usePathParam, useSearchParam } from '../../../kernel/routing.tsx'
import { useInSight } from '../../../ui/in-sight.ts'
import { Page } from '../../../ui/page.tsx'
import { fullName, PatientBanner, patientQuery } from '../../../ui/patient-banner.tsx'
import { Loading } from '../../../ui/states.tsx'
import { MergedNotice } from '../parts/merged-notice.tsx'
import { finding } from '../queries.ts'

const made = new Map<PatientTab, ComponentType<{ patientId: string }>>()
/** One lazy component a tab, kept, so that a tab does not start again when the page renders. */
function componentOf(tab: PatientTab): ComponentType<{ patientId: string }> {
  const known = made.get(tab) ?? lazy(async () => ({ default: await tab.load() }))
  made.set(tab, known)
  return known
}

function PatientActions({ patientId }: { patientId: string }) {
  const t = useText()
  const go = useGo()
  const { can } = useAuth()
  const actions = features()
    .flatMap((feature) => feature.patientActions ?? [])
    .filter((action) => can(action.permission))
  return (
    <>
      {actions.map((action, index) => (
        <Button key={action.labelKey} size="xs" variant={index === 0 ? 'filled' : 'default'} leftSection={<action.icon size={16} />} onClick={() => go(action.path(patientId))}>
          {t(action.labelKey)}
        </Button>
      ))}
    </>
  )
}

export function PatientPage() {
  const t = useText()
  const id = usePathParam('id')
  const { can } = useAuth()
  const [tabParam, setTab] = useSearchParam('tab')
  const query = useQuery(patientQuery(id))
  const tabs = useMemo(() => features().flatMap((feature) => feature.patientTabs ?? []).filter((tab) => can(tab.permission)), [can])
  const open = tabs.find((tab) => tab.value === tabParam) ?? tabs[0]
  const Content = open === undefined ? undefined : componentOf(open)
  const patient = query.data
  const tabRow = useInSight<HTMLDivElement>(patient === undefined ? undefined : open?.value)
  const openId = patient?.id
  useEffect(() => {
    // Only a convenience: that it fails is no news.
    if (openId !== undefined) finding.noteOpened({ params: { id: openId }, body: {} }).catch(() => {})
  }, [openId])
  return (
    <>
      <PatientBanner patientId={id} actions={<PatientActions patientId={patient?.id ?? id} />} />
      {patient === undefined ? null : (
        <Page title={fullName(patient)} patient={patient} crumbs={[{ label: t('patients.title'), path: '/patients' }]}>
          {patient.id === id ? null : <Alert variant="outline" title={t('patients.merge.answered')} />}
          <MergedNotice patient={patient} />
          <Tabs value={open?.value ?? ''} onChange={(value) => setTab(value ?? undefined)} keepMounted={false}>
            <Tabs.List ref={tabRow}>
              {tabs.map((tab) => (
                <Tabs.Tab key={tab.value} value={tab.value}>
                  {t(tab.labelKey)}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            <Tabs.Panel value={open?.value ?? ''} pt="md">
              <ErrorBoundary key={`${patient.id}-${open?.value ?? ''}`}>
                <Suspense fallback={<Loading rows={5} />}>
                  <Box key={patient.id}>{Content === undefined ? null : <Content patientId={patient.id} />}</Box>
                </Suspense>
              </ErrorBoundary>
            </Tabs.Panel>
          </Tabs>
        </Page>
      )}
    </>
  )
}
