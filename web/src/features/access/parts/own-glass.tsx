import { useEffect } from 'react'
import { Anchor, Button, Group, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient, useWrite } from '../../../kernel/query.ts'
import { api, ownGlassQuery, type Glass } from '../queries.ts'
import styles from '../../../ui/strip.module.css'

function Line({ glass }: { glass: Glass }) {
  const t = useText()
  const format = useFormat()
  const end = useWrite(() => api.endGlass({ params: { id: glass.id }, body: {} }), { done: t('access.glass.ended'), onDone: () => void queryClient.resetQueries() })
  // What is on the page goes with the access to it.
  useEffect(() => {
    const timer = setTimeout(() => void queryClient.resetQueries(), Math.max(0, Date.parse(glass.endsAt) - Date.now()) + 500)
    return () => clearTimeout(timer)
  }, [glass.endsAt])
  return (
    <Group gap="sm" justify="space-between" className={styles.line}>
      <Group gap="xs">
        <IconAlertTriangle size={18} aria-hidden />
        <Anchor component={Link} to={`/patients/${glass.patientId}`} c="inherit" fw={600} size="sm" underline="always"><bdi>{t('access.glass.open', { name: glass.patientName })}</bdi></Anchor>
        <Text size="sm" c="inherit">{t('access.glass.until', { at: format.dayTime(glass.endsAt) })}</Text>
      </Group>
      <Button size="compact-sm" variant="white" color="dark" loading={end.isPending} onClick={() => end.mutate(undefined)}>{t('access.glass.end')}</Button>
    </Group>
  )
}

/** Red on every page, as long as a protected record stands open. */
export function OwnGlass() {
  const query = useQuery(ownGlassQuery)
  const open = (query.data?.items ?? []).filter((glass) => glass.isRunning)
  if (open.length === 0) return null
  return <div className={styles.all} role="status">{open.map((glass) => <Line key={glass.id} glass={glass} />)}</div>
}
