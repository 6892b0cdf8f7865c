import { useState } from 'react'
import { Button, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Section } from '../../../ui/page.tsx'
import { AllergyState, patientQuery } from '../../../ui/patient-banner.tsx'
import { Loaded, StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { api, entriesQuery, type ListEntry } from '../queries.ts'
import { AddEntry } from './add-entry.tsx'

function Entry({ entry, patientId }: { entry: ListEntry; patientId: string }) {
  const t = useText()
  const { can } = useAuth()
  const steps = [
    { step: 'resolve', label: t('patients.lists.resolve'), run: () => api.resolveEntry({ params: { id: entry.id }, body: {} }) },
    { step: 'entered-in-error', label: t('patients.lists.inError'), needsReason: true, isDangerous: true, run: (reason: string) => api.entryInError({ params: { id: entry.id }, body: { reason } }) },
  ]
  const details = [entry.severity === '' ? '' : t(`patients.severity.${entry.severity}`), entry.reaction].filter(Boolean).join(' · ')
  return (
    <Group justify="space-between" py={6} style={{ borderBlockEnd: '1px solid var(--line)' }}>
      <div>
        <Text size="sm" fw={entry.state === 'active' ? 600 : 400}>
          {entry.text}
        </Text>
        <Text size="xs" c="dimmed">
          {details} <When at={entry.onsetOn ?? entry.recordedAt} isDayOnly />
        </Text>
      </div>
      {entry.state === 'active' ? <LifecycleButtons size="xs" actions={can('patients.lists') ? ['resolve', 'entered-in-error'] : []} steps={steps} invalidate={[['patients', patientId]]} /> : <StateBadge label={t(`patients.state.${entry.state}`)} />}
    </Group>
  )
}

function Allergies({ patientId, hasActive }: { patientId: string; hasActive: boolean }) {
  const t = useText()
  const query = useQuery(patientQuery(patientId))
  const none = useWrite(() => api.setAllergyStatus({ params: { id: patientId }, body: {} }), { invalidate: [['patients', patientId]] })
  if (query.data === undefined) return null
  return (
    <Group justify="space-between" mb="xs">
      <AllergyState patient={query.data} />
      {query.data.allergyStatus === 'not-asked' && !hasActive ? (
        <Can permission="patients.lists">
          <Button size="xs" variant="default" loading={none.isPending} onClick={() => none.mutate(undefined)}>
            {t('patients.allergies.setNone')}
          </Button>
        </Can>
      ) : null}
    </Group>
  )
}

/** One list of a patient: what is active, what was, and what is new. */
export function ListCard({ patientId, kind }: { patientId: string; kind: ListEntry['kind'] }) {
  const t = useText()
  const [isAdding, setAdding] = useState(false)
  const query = useQuery(entriesQuery(patientId))
  const add = (
    <Can permission="patients.lists">
      <Button size="xs" variant="default" onClick={() => setAdding(!isAdding)}>
        {t('common.add')}
      </Button>
    </Can>
  )
  return (
    <Section title={t(`patients.lists.${kind}`)} actions={add}>
      <Loaded query={query} rows={2}>
        {({ items }) => {
          const own = items.filter((entry) => entry.kind === kind && entry.state !== 'entered-in-error').sort((a, b) => Number(a.state !== 'active') - Number(b.state !== 'active'))
          return (
            <Stack gap={0}>
              {kind === 'allergy' ? <Allergies patientId={patientId} hasActive={own.some((entry) => entry.state === 'active')} /> : null}
              {isAdding ? <AddEntry patientId={patientId} kind={kind} onClose={() => setAdding(false)} /> : null}
              {own.map((entry) => (
                <Entry key={entry.id} entry={entry} patientId={patientId} />
              ))}
              {own.length === 0 && kind !== 'allergy' ? (
                <Text size="sm" c="dimmed">
                  {t('patients.lists.empty')}
                </Text>
              ) : null}
            </Stack>
          )
        }}
      </Loaded>
    </Section>
  )
}
