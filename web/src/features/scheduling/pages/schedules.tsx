import { useState } from 'react'
import { Alert, Anchor, List, Switch, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { scheduling } from '#contract/scheduling.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { ExceptionsEditor } from '../parts/exceptions-editor.tsx'
import { PractitionerSelect } from '../parts/practitioner-select.tsx'
import { WeeklyEditor } from '../parts/weekly-editor.tsx'
import { scheduleBody, scheduleValues, type ScheduleValues } from '../form.ts'
import { api, scheduleQuery, type Appointment, type Schedule } from '../queries.ts'

/** Bookings that no longer fit; each is to be moved or cancelled by somebody. */
function Conflicts({ items }: { items: Appointment[] }) {
  const t = useText()
  const format = useFormat()
  if (items.length === 0) return null
  return (
    <Alert role="alert" color="yellow" variant="outline" icon={<IconAlertTriangle aria-hidden />} title={t('scheduling.schedule.conflicts', { count: items.length })}>
      <List size="sm">
        {items.map((one) => (
          <List.Item key={one.id}>
            <Anchor component={Link} to={`/appointments/${one.id}`} size="sm" target="_blank">
              {format.dayTime(one.startsAt)} · <bdi>{one.patientName}</bdi> · {one.patientMrn}
            </Anchor>
          </List.Item>
        ))}
      </List>
    </Alert>
  )
}

function Editor({ schedule, onSaved }: { schedule: Schedule; onSaved: (conflicts: Appointment[]) => void }) {
  const t = useText()
  const { facilityId } = useAuth()
  const toBody = (values: ScheduleValues) => scheduleBody(values, facilityId)
  const form = useAppForm<ScheduleValues, Schedule>({
    initialValues: scheduleValues(schedule),
    schema: scheduling.writeSchedule.body,
    toBody,
    draft: { form: 'scheduling.schedule', subject: `${schedule.practitionerId}.${schedule.version}` },
    submit: (values) => api.writeSchedule({ params: { id: schedule.practitionerId }, body: toBody(values), ...(schedule.id === null ? {} : { ifMatch: schedule.version }) }),
    done: (saved) => {
      notifications.show({ message: t('common.saved') })
      onSaved(saved.conflicts ?? [])
      void queryClient.invalidateQueries({ queryKey: ['scheduling'] })
    },
  })
  return (
    <Form form={form} submitLabel={t('common.save')} labels={{ weekly: t('scheduling.schedule.weekly'), exceptions: t('scheduling.schedule.exceptions') }}>
      <Switch label={t('scheduling.schedule.isActive')} {...form.fields.getInputProps('isActive', { type: 'checkbox' })} />
      <Title order={3}>{t('scheduling.schedule.weekly')}</Title>
      <WeeklyEditor fields={form.fields} />
      <Title order={3}>{t('scheduling.schedule.exceptions')}</Title>
      <ExceptionsEditor fields={form.fields} />
    </Form>
  )
}

function OfPractitioner({ practitionerId }: { practitionerId: string }) {
  const { facilityId } = useAuth()
  const [conflicts, setConflicts] = useState<Appointment[]>([])
  const query = useQuery({ ...scheduleQuery(practitionerId, facilityId), refetchOnWindowFocus: false })
  return (
    <>
      <Conflicts items={conflicts} />
      <Section>
        <Loaded query={query}>{(schedule) => <Editor key={`${schedule.practitionerId}.${schedule.version}`} schedule={schedule} onSaved={setConflicts} />}</Loaded>
      </Section>
    </>
  )
}

export function SchedulesPage() {
  const t = useText()
  const [practitionerId, setPractitioner] = useSearchParam('practitioner')
  return (
    <Page title={t('scheduling.schedule.title')} actions={<PractitionerSelect isFilter value={practitionerId} onChange={setPractitioner} />}>
      {practitionerId === undefined ? <Empty title={t('scheduling.schedule.choose')} hint={t('scheduling.schedule.chooseHint')} /> : <OfPractitioner key={practitionerId} practitionerId={practitionerId} />}
    </Page>
  )
}
