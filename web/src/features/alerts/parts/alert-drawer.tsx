import { useEffect, useState } from 'react'
import { Alert, Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient, useWrite } from '../../../kernel/query.ts'
import { Fact, Loaded, StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { toldBody, ToldFields, type ToldValues, useRoleName } from './told-fields.tsx'
import { alertQuery, type AlertWhole, api } from '../queries.ts'

/** Who knows now, and what they read back. A clinician answers for themselves; others name whom they told. */
function AnswerForm({ alert, onDone }: { alert: AlertWhole; onDone: () => void }) {
  const t = useText()
  const { can } = useAuth()
  const isClinician = can('alerts.answer', alert.facilityId)
  const [told, setTold] = useState<ToldValues>({ who: isClinician || !alert.needsReadBack ? 'self' : 'colleague', userId: null, name: '', role: '', phone: '' })
  const [readBack, setReadBack] = useState('')
  const [note, setNote] = useState('')
  const knows = toldBody(told)
  const body = { ...knows, ...(readBack.trim() === '' ? {} : { readBack }), note }
  const write = useWrite(() => api.acknowledge({ params: { id: alert.id }, ifMatch: alert.version, body }), { invalidate: [['alerts']], done: t('alerts.acknowledged'), onDone })
  const isReady = knows !== undefined && (!alert.needsReadBack || readBack.trim() !== '')
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) write.mutate(undefined)
      }}
    >
      <Stack gap="sm">
        <ToldFields alert={alert} value={told} onChange={setTold} isClinician={isClinician} />
        {alert.needsReadBack ? <TextInput label={t('alerts.readBack')} description={t('alerts.readBackHint')} withAsterisk maxLength={500} value={readBack} onChange={(event) => setReadBack(event.currentTarget.value)} /> : null}
        <Textarea label={t('common.note')} autosize minRows={2} maxLength={1000} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
        <Group justify="end">
          <Button type="submit" disabled={!isReady} loading={write.isPending}>{t('alerts.acknowledge')}</Button>
        </Group>
      </Stack>
    </form>
  )
}

/** An alert with who was told and when. Opening it says that it was seen, and closes nothing. */
export function AlertDetails({ id, onDone }: { id: string; onDone: () => void }) {
  const t = useText()
  const { can } = useAuth()
  const roleOf = useRoleName()
  const query = useQuery(alertQuery(id))
  useEffect(() => {
    void api.seeAlert({ params: { id }, body: {} }).then(() => queryClient.invalidateQueries({ queryKey: ['alerts', 'waiting'] })).catch(() => {})
  }, [id])
  return (
    <Loaded query={query} rows={6}>
      {(alert) => (
        <Stack>
          <Text fw={600} size="lg">{alert.title}</Text>
          <Text size="sm">{alert.detail}</Text>
          <Stack component="dl" gap={6} m={0}>
            {alert.patientId === null ? null : <Fact label={t('common.patient')}><bdi>{`${alert.patientName} · ${alert.patientMrn}`}</bdi></Fact>}
            <Fact label={t('alerts.raised')}><When at={alert.raisedAt} /></Fact>
            <Fact label={t('alerts.recipients')}>{alert.recipients.map((one) => <StateBadge key={one.userId} label={one.name} tone={one.seenAt === null ? 'neutral' : 'good'} />)}</Fact>
            {alert.acknowledgedAt === null ? null : <Fact label={t('alerts.state.acknowledged')}>{[alert.toldName, roleOf(alert.toldRole), alert.toldPhone, alert.readBack, t('alerts.minutes', { count: Math.round(alert.minutesToAcknowledge ?? 0) })].filter(Boolean).join(' · ')}</Fact>}
          </Stack>
          {alert.withdrawnAt === null ? null : <Alert variant="light" color="gray" title={t('alerts.withdrawn.title')}>{[alert.withdrawnByName, alert.withdrawnReason].filter(Boolean).join(': ')} · <When at={alert.withdrawnAt} /></Alert>}
          {alert.actions.includes('acknowledge') && can('alerts.acknowledge', alert.facilityId) ? <AnswerForm alert={alert} onDone={onDone} /> : null}
        </Stack>
      )}
    </Loaded>
  )
}
