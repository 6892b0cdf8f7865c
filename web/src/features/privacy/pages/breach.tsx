import { useState } from 'react'
import { Button, Group, SimpleGrid, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useText } from '../../../kernel/i18n.ts'
import { usePathParam } from '../../../kernel/routing.tsx'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Fact, Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { AffectedPatients } from '../parts/affected.tsx'
import { AssessForm } from '../parts/assess-form.tsx'
import { Duties } from '../parts/duties.tsx'
import { BreachState } from '../parts/states.tsx'
import { api, breachQuery, type Breach } from '../queries.ts'

function Steps({ breach }: { breach: Breach }) {
  const t = useText()
  const params = { id: breach.id }
  return (
    <LifecycleButtons
      actions={breach.actions} invalidate={[['privacy']]}
      steps={[
        { step: 'close', label: t('privacy.breach.close'), isPrimary: true, run: () => api.closeBreach({ params, body: {} }) },
        { step: 'dismiss', label: t('privacy.breach.dismiss'), needsReason: true, run: (reason) => api.dismissBreach({ params, body: { reason } }) },
        { step: 'reopen', label: t('privacy.breach.reopen'), needsReason: true, run: (reason) => api.reopenBreach({ params, body: { reason } }) },
      ]}
    />
  )
}

function Known({ breach }: { breach: Breach }) {
  const t = useText()
  return (
    <Stack gap="md">
      <Text style={{ whiteSpace: 'pre-wrap' }}><bdi>{breach.description}</bdi></Text>
      <SimpleGrid component="dl" cols={{ base: 1, xs: 2, md: 4 }} m={0}>
        <Fact label={t('privacy.breach.field.discoveredAt')}><When at={breach.discoveredAt} /></Fact>
        <Fact label={t('privacy.breach.field.occurredFrom')}><When at={breach.occurredFrom} /></Fact>
        <Fact label={t('privacy.breach.field.occurredTo')}><When at={breach.occurredTo} /></Fact>
        <Fact label={t('privacy.breach.regimes')}>{breach.regimes.map((one) => t(`privacy.regime.${one}`)).join(', ')}</Fact>
        <Fact label={t('privacy.breach.data')}>{breach.dataKinds.map((one) => t(`privacy.data.${one}`)).join(', ')}</Fact>
        <Fact label={t('privacy.breach.risk')}>{breach.risk === null ? '' : t(`privacy.risk.${breach.risk}`)}</Fact>
        {breach.reason === '' ? null : <Fact label={t('common.reason')}><bdi>{breach.reason}</bdi></Fact>}
      </SimpleGrid>
      {breach.risk === null ? null : (
        <Stack component="dl" m={0}>
          <Fact label={t('privacy.breach.consequences')}><bdi>{breach.consequences}</bdi></Fact>
          <Fact label={t('privacy.breach.measures')}><bdi>{breach.measures}</bdi></Fact>
        </Stack>
      )}
    </Stack>
  )
}

function Whole({ breach }: { breach: Breach }) {
  const t = useText()
  const [isAssessing, setAssessing] = useState(false)
  const assess = breach.actions.includes('assess') && !isAssessing ? <Button size="xs" variant={breach.risk === null ? 'filled' : 'default'} onClick={() => setAssessing(true)}>{t('privacy.breach.assess')}</Button> : null
  return (
    <Stack>
      <Section title={t('privacy.breach.clocks')}><Duties breach={breach} /></Section>
      <Section title={t('privacy.breach.known')} actions={assess}>{isAssessing ? <AssessForm breach={breach} onClose={() => setAssessing(false)} /> : <Known breach={breach} />}</Section>
      <Section title={t('privacy.affected.title')} actions={<Text size="sm" c="dimmed">{t('privacy.affected.told', { notified: breach.notified, affected: breach.affected })}</Text>}><AffectedPatients breach={breach} /></Section>
    </Stack>
  )
}

/** A breach: first what runs out, then what is known, then whose data it was. */
export function BreachPage() {
  const t = useText()
  const query = useQuery(breachQuery(usePathParam('id')))
  const breach = query.data
  return (
    <Page title={breach?.title ?? t('privacy.breach.one')} crumbs={[{ label: t('privacy.breaches.title'), path: '/breaches' }]} actions={breach === undefined ? null : <Group gap="sm"><BreachState state={breach.state} /><Steps breach={breach} /></Group>}>
      <Loaded query={query}>{(data) => <Whole breach={data} />}</Loaded>
    </Page>
  )
}
