import { useState } from 'react'
import { Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core'
import { IconCalendarPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Can } from '../../../kernel/auth.tsx'
import type { Encounter } from '../../../kernel/features.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { Loaded } from '../../../ui/states.tsx'
import { api, tasksQuery } from '../queries.ts'

function QuickTask({ patientId }: { patientId: string }) {
  const t = useText()
  const [title, setTitle] = useState('')
  const add = useWrite(() => api.createTask({ body: { title: title.trim(), patientId } }), { invalidate: [['encounters', 'tasks']], onDone: () => setTitle('') })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (title.trim() !== '') add.mutate(undefined)
      }}
    >
      <Group gap="xs" wrap="nowrap">
        <TextInput size="sm" flex={1} maxLength={200} aria-label={t('encounters.task.what')} placeholder={t('encounters.task.what')} value={title} onChange={(event) => setTitle(event.currentTarget.value)} />
        <Button type="submit" variant="default" loading={add.isPending} disabled={title.trim() === ''}>
          {t('common.add')}
        </Button>
      </Group>
    </form>
  )
}

/** What comes after the visit: the follow-up and what is to be done. */
export function NextPanel({ encounter }: { encounter: Encounter }) {
  const t = useText()
  const query = useQuery(tasksQuery(encounter.patientId))
  const done = useWrite((id: string) => api.completeTask({ params: { id }, body: {} }), { invalidate: [['encounters', 'tasks']] })
  return (
    <Stack gap="sm">
      <Can permission="scheduling.write">
        <Button component={Link} to={`/appointments/new?patientId=${encounter.patientId}`} variant="default" leftSection={<IconCalendarPlus size={16} />}>
          {t('encounters.followUp')}
        </Button>
      </Can>
      <Can permission="encounters.tasks">
        <Loaded query={query} rows={2}>
          {({ items }) => {
            const open = items.filter((task) => task.state === 'open' || task.state === 'in-progress')
            if (open.length === 0) return <Text size="sm" c="dimmed">{t('encounters.task.empty')}</Text>
            return (
              <Stack gap={6}>
                {open.map((task) => (
                  <Checkbox key={task.id} checked={done.isPending && done.variables === task.id} disabled={done.isPending} label={task.title} onChange={() => done.mutate(task.id)} />
                ))}
              </Stack>
            )
          }}
        </Loaded>
        <QuickTask patientId={encounter.patientId} />
      </Can>
    </Stack>
  )
}
