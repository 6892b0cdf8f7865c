import { useState } from 'react'
import { Button, Group, Modal, Stack, Table, Text, TextInput, VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Can } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { Empty, Loaded, StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { api, countsQuery, touched, type Counted } from '../queries.ts'

const tones = { stop: 'bad', warn: 'warn', inform: 'info' } as const
const toneOf = (severity: string) => (severity === 'stop' || severity === 'warn' ? tones[severity] : tones.inform)

function Retire({ alert, onClose }: { alert: Counted; onClose: () => void }) {
  const t = useText()
  const [reason, setReason] = useState('')
  const retire = useWrite(() => api.retireAlert({ body: { alertKey: alert.alertKey, reason: reason.trim() } }), { invalidate: touched, done: t('safety.retired.done'), onDone: onClose })
  return (
    <Modal opened onClose={onClose} title={t('safety.retire')}>
      <form onSubmit={(event) => { event.preventDefault(); retire.mutate(undefined) }}>
        <Stack>
          <Text fw={600}><bdi>{alert.message}</bdi></Text>
          <Text size="sm">{t('safety.retire.means', { times: alert.times, people: alert.people })}</Text>
          <TextInput data-autofocus label={t('common.reason')} withAsterisk maxLength={300} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
          <Group justify="end"><Button variant="default" onClick={onClose}>{t('common.cancel')}</Button><Button type="submit" loading={retire.isPending} disabled={reason.trim() === ''}>{t('safety.retire')}</Button></Group>
        </Stack>
      </form>
    </Modal>
  )
}

/** Alerts by how often they were passed over: what nobody heeds may be retired, what stops may not. */
export function Counts() {
  const t = useText()
  const [chosen, choose] = useState<Counted>()
  const query = useQuery(countsQuery())
  const restore = useWrite((id: string) => api.restoreAlert({ params: { id }, body: {} }), { invalidate: touched, done: t('safety.restored') })
  const act = (row: Counted) => {
    const { retiredId } = row
    if (retiredId !== null) return <Button size="compact-sm" variant="default" aria-label={`${t('safety.restore')}: ${row.message}`} onClick={() => restore.mutate(retiredId)}>{t('safety.restore')}</Button>
    return row.severity === 'stop' ? null : <Button size="compact-sm" variant="default" aria-label={`${t('safety.retire')}: ${row.message}`} onClick={() => choose(row)}>{t('safety.retire')}</Button>
  }
  return (
    <Loaded query={query}>
      {({ items }) => (items.length === 0 ? <Empty title={t('safety.counts.none')} hint={t('safety.counts.hint')} /> : (
        <Table.ScrollContainer minWidth={720}>
          <Table>
            <Table.Thead><Table.Tr><Table.Th>{t('safety.alert')}</Table.Th><Table.Th>{t('safety.severity')}</Table.Th><Table.Th>{t('safety.source')}</Table.Th><Table.Th ta="end">{t('safety.times')}</Table.Th><Table.Th ta="end">{t('safety.people')}</Table.Th><Table.Th>{t('safety.last')}</Table.Th><Table.Th><VisuallyHidden>{t('common.actions')}</VisuallyHidden></Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>
              {items.map((row) => (
                <Table.Tr key={row.alertKey}>
                  <Table.Td><bdi>{row.message}</bdi></Table.Td>
                  <Table.Td>{row.retiredId === null ? <StateBadge tone={toneOf(row.severity)} label={t(`medications.severity.${row.severity}`)} /> : <StateBadge label={t('safety.retired')} />}</Table.Td>
                  <Table.Td><Text size="sm" c="dimmed"><bdi>{row.source}</bdi></Text></Table.Td><Table.Td ta="end" className="figures">{row.times}</Table.Td><Table.Td ta="end" className="figures">{row.people}</Table.Td><Table.Td><When at={row.lastAt} /></Table.Td>
                  <Table.Td ta="end"><Can permission="safety.lists">{act(row)}</Can></Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          {chosen === undefined ? null : <Retire alert={chosen} onClose={() => choose(undefined)} />}
        </Table.ScrollContainer>
      ))}
    </Loaded>
  )
}
