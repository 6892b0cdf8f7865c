import { Alert, Group, Stack, Text } from '@mantine/core'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { When } from '../../../ui/time.tsx'
import { api, type ResultWhole, touched } from '../queries.ts'
import { DetailView } from './detail-view.tsx'

/** A correction that is not out: another person than who entered it lets it out, or it is taken back. */
export function PendingAmendment({ result }: { result: ResultWhole }) {
  const t = useText()
  const { me } = useAuth()
  const { amendment } = result
  if (amendment === null) return null
  const request = { params: { id: result.id }, ifMatch: result.version }
  const isOwn = amendment.byId === me.user.id
  return (
    <Alert variant="light" color="yellow" title={t('laboratory.amendment.title')}>
      <Stack gap="xs">
        <Text size="sm">{t(`laboratory.status.${amendment.status}`)}{amendment.value === null ? null : <>: <s><bdi dir="ltr">{[result.value, result.unit].filter(Boolean).join(' ')}</bdi></s> <b><bdi dir="ltr">{amendment.value}</bdi></b></>}</Text>
        {amendment.comment === null ? null : <Text size="sm">{amendment.comment}</Text>}
        {amendment.detail === null ? null : <DetailView result={{ ...result, detail: amendment.detail }} />}
        <Text size="sm">{t('common.reason')}: {amendment.reason}</Text>
        <Text size="xs" c="dimmed">{t('laboratory.amendment.by', { name: amendment.byName })} · <When at={amendment.at} /></Text>
        <Group gap="xs">
          <LifecycleButtons actions={isOwn ? ['decline'] : ['release', 'decline']} invalidate={touched} steps={[
            { step: 'release', label: t('laboratory.amendment.release'), isPrimary: true, run: () => api.confirmAmendment({ ...request, body: {} }) },
            { step: 'decline', label: t(isOwn ? 'laboratory.amendment.decline' : 'laboratory.amendment.refuse'), needsReason: !isOwn, run: (reason) => api.declineAmendment({ ...request, body: isOwn ? {} : { reason } }) },
          ]} />
        </Group>
      </Stack>
    </Alert>
  )
}
