import { Alert, Anchor, List } from '@mantine/core'
import { IconHexagon } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { blockedQuery } from '../queries.ts'

/** Tests that may not go out, and why. */
export function BlockedNotice() {
  const t = useText()
  const { facilityId } = useAuth()
  const blocked = useQuery({ ...blockedQuery(facilityId), refetchInterval: 30_000 }).data?.items ?? []
  if (blocked.length === 0) return null
  return (
    <Alert variant="light" color="red" icon={<IconHexagon aria-hidden />} title={t('laboratory.quality.blocked')}>
      <List size="sm">
        {blocked.map((one) => <List.Item key={one.id}>{one.testName}: {one.broken.join(', ')}</List.Item>)}
      </List>
      <Anchor component={Link} to="/laboratory/quality" size="sm">{t('laboratory.quality.open')}</Anchor>
    </Alert>
  )
}
