import { useState } from 'react'
import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { privacy } from '#contract/privacy.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Section } from '../../../ui/page.tsx'
import { Empty, Loaded, StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { api, type Hold } from '../queries.ts'

function HoldForm({ patientId, onClose }: { patientId: string; onClose: () => void }) {
  const t = useText()
  const form = useAppForm({
    initialValues: { reason: '', reference: '' }, schema: privacy.placeHold.body,
    submit: (values) => api.placeHold({ params: { id: patientId }, body: values }),
    done: () => {
      void queryClient.invalidateQueries({ queryKey: ['privacy'] })
      onClose()
    },
  })
  return (
    <Form form={form} submitLabel={t('privacy.holds.place')} cancel={onClose} labels={{ reason: t('common.reason') }}>
      <TextInput label={t('common.reason')} withAsterisk maxLength={500} {...form.fields.getInputProps('reason')} />
      <TextInput label={t('privacy.holds.reference')} maxLength={200} {...form.fields.getInputProps('reference')} />
    </Form>
  )
}

function HoldLine({ hold, isMine }: { hold: Hold; isMine: boolean }) {
  const t = useText()
  const isActive = hold.releasedAt === null
  return (
    <Group justify="space-between" align="start">
      <div>
        <Group gap="xs"><Text fw={600}><bdi>{hold.reason}</bdi></Text>{isActive ? <StateBadge tone="warn" label={t('privacy.holds.stands')} /> : <StateBadge tone="neutral" label={t('privacy.holds.released')} />}</Group>
        <Text size="sm" c="dimmed"><bdi>{hold.reference}</bdi> <When at={hold.placedAt} /> · <bdi>{hold.placedBy}</bdi>{isActive ? null : <> · {t('privacy.holds.released')} <When at={hold.releasedAt} />: <bdi>{hold.releaseReason}</bdi></>}</Text>
      </div>
      <LifecycleButtons size="xs" actions={isActive && isMine ? ['release'] : []} invalidate={[['privacy']]} steps={[{ step: 'release', label: t('privacy.holds.release'), needsReason: true, run: (reason) => api.releaseHold({ params: { id: hold.id }, body: { reason } }) }]} />
    </Group>
  )
}

/** What forbids the erasure of a record. */
export function Holds({ patientId }: { patientId: string }) {
  const t = useText()
  const { can } = useAuth()
  const [isOpen, setOpen] = useState(false)
  const query = useQuery({ queryKey: ['privacy', 'holds', patientId], queryFn: ({ signal }) => api.listHolds({ params: { id: patientId }, query: { limit: 50 }, signal }) })
  const isMine = can('privacy.write')
  return (
    <Section title={t('privacy.holds.title')} actions={isMine && !isOpen ? <Button size="xs" variant="default" onClick={() => setOpen(true)}>{t('privacy.holds.place')}</Button> : null}>
      {isOpen ? <HoldForm patientId={patientId} onClose={() => setOpen(false)} /> : null}
      <Loaded query={query} rows={2}>{({ items }) => (items.length === 0 ? <Empty title={t('privacy.holds.empty')} /> : <Stack gap="sm" mt="sm">{items.map((hold) => <HoldLine key={hold.id} hold={hold} isMine={isMine} />)}</Stack>)}</Loaded>
    </Section>
  )
}
