import { Alert, Button, Group, Text } from '@mantine/core'
import { IconSignature } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useText } from '../../../kernel/i18n.ts'
import { waitingQuery } from '../queries.ts'

/** Reminds of orders by word of mouth that wait for one's signature. */
export function SignaturesDue() {
  const t = useText()
  const { signaturesDue = 0, signaturesOverdue = 0 } = useQuery(waitingQuery).data ?? {}
  if (signaturesDue === 0) return null
  return (
    <Alert variant="light" color={signaturesOverdue > 0 ? 'red' : 'yellow'} mb="sm" icon={<IconSignature aria-hidden />} role="status">
      <Group justify="space-between" gap="xs">
        <Text size="sm">{[t('alerts.signatures', { count: signaturesDue }), signaturesOverdue === 0 ? '' : t('alerts.signaturesOverdue', { count: signaturesOverdue })].filter(Boolean).join(' · ')}</Text>
        <Button component={Link} to="/orders?view=sign" size="compact-sm" variant="default">{t('alerts.signatures.open')}</Button>
      </Group>
    </Alert>
  )
}
