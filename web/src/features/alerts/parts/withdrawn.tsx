import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { When } from '../../../ui/time.tsx'
import { type Alert as AlertRow, api, withdrawnQuery } from '../queries.ts'

function Line({ alert }: { alert: AlertRow }) {
  const t = useText()
  const see = useWrite(() => api.seeAlert({ params: { id: alert.id }, body: {} }), { invalidate: [['alerts']] })
  return (
    <Group justify="space-between" gap="xs">
      <Text size="sm" flex={1} miw={200}><b><bdi>{alert.title}</bdi></b>{alert.patientId === null ? null : <> · <bdi>{`${alert.patientName} ${alert.patientMrn}`}</bdi></>}<br /><Text span size="xs">{[alert.withdrawnByName, alert.withdrawnReason].filter(Boolean).join(': ')}{alert.withdrawnAt === null ? null : <> · <When at={alert.withdrawnAt} /></>}</Text></Text>
      <Button size="compact-sm" variant="default" loading={see.isPending} onClick={() => see.mutate(undefined)}>{t('alerts.withdrawn.seen')}</Button>
    </Group>
  )
}

/** What one was told of and was never true: it stays until one has seen that it is withdrawn. */
export function Withdrawn() {
  const t = useText()
  const items = useQuery(withdrawnQuery).data?.items ?? []
  if (items.length === 0) return null
  return (
    <Alert variant="light" color="yellow" mb="sm" title={t('alerts.withdrawn.title')} role="status">
      <Stack gap="xs">{items.map((alert) => <Line key={alert.id} alert={alert} />)}</Stack>
    </Alert>
  )
}
