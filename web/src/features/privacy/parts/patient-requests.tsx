import { useState } from 'react'
import { Anchor, Button, Group, Radio, Stack, Text, Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { notice } from '../../../kernel/notice.tsx'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Section } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { api } from '../queries.ts'
import { RequestState } from './states.tsx'

interface RequestValues extends Record<string, unknown> {
  kind: string
  details: string
}

function RequestForm({ patientId, onClose }: { patientId: string; onClose: () => void }) {
  const t = useText()
  const initialValues: RequestValues = { kind: 'correction', details: '' }
  const form = useAppForm({
    initialValues, draft: { form: 'privacy.request', subject: patientId },
    submit: ({ kind, details }) => api.receiveRequest({ body: { patientId, kind: kind === 'erasure' ? 'erasure' : 'correction', details } }),
    done: () => {
      void queryClient.invalidateQueries({ queryKey: ['privacy'] })
      notice(t('privacy.request.taken'), '')
      onClose()
    },
  })
  return (
    <Form form={form} submitLabel={t('privacy.request.take')} cancel={onClose} labels={{ details: t('privacy.request.details') }}>
      <Radio.Group label={t('common.type')} {...form.fields.getInputProps('kind')}>
        <Group mt="xs"><Radio value="correction" label={t('privacy.request.kind.correction')} /><Radio value="erasure" label={t('privacy.request.kind.erasure')} /></Group>
      </Radio.Group>
      <Textarea label={t('privacy.request.details')} withAsterisk autosize minRows={2} maxLength={2000} {...form.fields.getInputProps('details')} />
    </Form>
  )
}

function Taken({ patientId }: { patientId: string }) {
  const t = useText()
  const query = useQuery({ queryKey: ['privacy', 'requests', { patientId }], queryFn: ({ signal }) => api.listRequests({ query: { patientId, limit: 50 }, signal }) })
  return (
    <Loaded query={query} rows={2}>
      {({ items }) => (items.length === 0 ? <Empty title={t('privacy.requests.empty')} /> : (
        <Stack gap="xs">
          {items.map((request) => (
            <Group key={request.id} justify="space-between">
              <div><Anchor component={Link} to={`/privacy-requests/${request.id}`} fw={600}>{t(`privacy.request.kind.${request.kind}`)}</Anchor><Text size="sm" c="dimmed" lineClamp={2}><bdi>{request.details}</bdi></Text></div>
              <Group gap="sm"><RequestState state={request.state} /><Text size="sm"><When at={request.receivedAt} /></Text></Group>
            </Group>
          ))}
        </Stack>
      ))}
    </Loaded>
  )
}

/** Requests of a patient; the desk takes them, the privacy officer answers. */
export function PatientRequests({ patientId }: { patientId: string }) {
  const t = useText()
  const { can } = useAuth()
  const [isOpen, setOpen] = useState(false)
  const add = isOpen ? null : <Button size="xs" onClick={() => setOpen(true)}>{t('privacy.request.new')}</Button>
  return (
    <Section title={t('privacy.requests.title')} actions={can('privacy.receive') ? add : null}>
      {isOpen ? <RequestForm patientId={patientId} onClose={() => setOpen(false)} /> : null}
      {isOpen ? null : <Can permission="privacy.read"><Taken patientId={patientId} /></Can>}
    </Section>
  )
}
