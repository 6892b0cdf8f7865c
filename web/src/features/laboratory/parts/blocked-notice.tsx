import { Alert, Anchor, List } from '@mantine/core'
import { IconHexagon } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { blockedQuery, instrumentNamesQuery } from '../queries.ts'
import { useLevelName } from './level-name.ts'

/** Tests that may not go out, and why. */
export function BlockedNotice() {
  const t = useText()
  const levelName = useLevelName()
  const { facilityId, can } = useAuth()
  const blocked = useQuery({ ...blockedQuery(facilityId), refetchInterval: 30_000 }).data?.items ?? []
  const instruments = useQuery({ ...instrumentNamesQuery(facilityId), enabled: can('instruments.read') && blocked.some((one) => one.instrumentId !== null) }).data?.items ?? []
  if (blocked.length === 0) return null
  const placeOf = (instrumentId: string | null) => (instrumentId === null ? [] : [instruments.find((one) => one.id === instrumentId)?.name ?? t('laboratory.instruments.one')])
  return (
    <Alert variant="light" color="red" icon={<IconHexagon aria-hidden />} title={t('laboratory.quality.blocked')}>
      <List size="sm">
        {blocked.map((one) => <List.Item key={one.id}>{[one.testName, ...placeOf(one.instrumentId), one.levels.map(levelName).join(', ')].join(' · ')}: <bdi dir="ltr">{one.broken.join(', ')}</bdi></List.Item>)}
      </List>
      <Anchor component={Link} to="/laboratory/quality" size="sm">{t('laboratory.quality.open')}</Anchor>
    </Alert>
  )
}
