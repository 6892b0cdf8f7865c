import { useState } from 'react'
import { Button, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { openBlob } from '../../../kernel/api.ts'
import { Can } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Section } from '../../../ui/page.tsx'
import { Empty, Loaded, StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { api, consentsQuery, exporting, type Consent } from '../queries.ts'
import { GiveConsent } from './give-consent.tsx'

const tones = { ahead: 'info', 'in-force': 'good', over: 'neutral', withdrawn: 'bad' } as const

function Buttons({ consent }: { consent: Consent }) {
  const t = useText()
  const print = useWrite(async () => openBlob(await api.printConsent({ params: { id: consent.id } })))
  const send = useWrite(() => exporting.createExport({ params: { id: consent.patientId }, body: { format: 'fhir', consentId: consent.id } }), { invalidate: [['privacy', 'exports']], done: t('access.consents.exported') })
  return (
    <Group gap="xs">
      {consent.state === 'in-force' && consent.recipientKind !== 'program' ? <Can permission="privacy.export"><Button size="xs" variant="default" loading={send.isPending} onClick={() => send.mutate(undefined)}>{t('access.consents.export')}</Button></Can> : null}
      <Button size="xs" variant="default" loading={print.isPending} onClick={() => print.mutate(undefined)}>{t('access.consents.form')}</Button>
      <LifecycleButtons size="xs" actions={consent.actions} invalidate={[['access', 'consents']]} steps={[{ step: 'withdraw', label: t('access.consents.withdraw'), needsReason: true, run: (reason) => api.withdrawConsent({ params: { id: consent.id }, body: { reason } }) }]} />
    </Group>
  )
}

function Line({ consent }: { consent: Consent }) {
  const t = useText()
  const parts = ['identity', ...consent.scope].map((part) => t(`access.scope.${part}`)).join(', ')
  return (
    <Group justify="space-between" align="start">
      <Stack gap={2}>
        <Group gap="xs"><StateBadge label={t(`access.consents.state.${consent.state}`)} tone={tones[consent.state]} /><Text size="sm" fw={600}><bdi>{consent.recipient}</bdi></Text></Group>
        <Text size="sm">{t('access.consents.line', { purpose: t(`access.purpose.${consent.purpose}`), parts })}</Text>
        <Text size="xs" c="dimmed"><When at={consent.startsAt} />{consent.endsAt === null ? '' : <> – <When at={consent.endsAt} /></>} · <bdi>{consent.givenName || t(`access.giver.${consent.givenBy}`)}</bdi>{consent.withdrawalReason === '' ? '' : <> · <bdi>{consent.withdrawalReason}</bdi></>}</Text>
      </Stack>
      <Buttons consent={consent} />
    </Group>
  )
}

/** What the patient allows others to have. */
export function Consents({ patientId }: { patientId: string }) {
  const t = useText()
  const [isOpen, setOpen] = useState(false)
  const query = useQuery(consentsQuery(patientId))
  return (
    <Section title={t('access.consents.title')} actions={isOpen ? null : <Button size="xs" variant="default" onClick={() => setOpen(true)}>{t('access.consents.add')}</Button>}>
      {isOpen ? <GiveConsent patientId={patientId} onClose={() => setOpen(false)} /> : null}
      <Loaded query={query} rows={2}>{({ items }) => (items.length === 0 ? <Empty title={t('access.consents.empty')} hint={t('access.consents.emptyHint')} /> : <Stack gap="md" mt="sm">{items.map((consent) => <Line key={consent.id} consent={consent} />)}</Stack>)}</Loaded>
    </Section>
  )
}
