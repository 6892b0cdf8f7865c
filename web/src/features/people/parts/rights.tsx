import { useState } from 'react'
import { Button, Group, SegmentedControl, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { people } from '#contract/people.ts'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { useFormat, type Format } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient, useWrite } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Section } from '../../../ui/page.tsx'
import { Empty, Loaded, StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { usePermissionChoices, usePermissionText } from './permission.tsx'
import { api, effectiveQuery, rightsQuery, type Right } from '../queries.ts'

interface Values extends Record<string, unknown> {
  permission: string
  effect: Right['effect']
  facilityId: string
  reason: string
  endsAt: string
}

function bodyOf(format: Format, { facilityId, endsAt, ...rest }: Values) {
  const [date, clock] = endsAt.split('T')
  return { ...rest, ...(facilityId === '' ? {} : { facilityId }), ...(date === undefined || clock === undefined ? {} : { endsAt: format.instant(date, clock) }) }
}

const refresh = () => void queryClient.invalidateQueries({ queryKey: ['people', 'rights'] })

function GiveRight({ userId, known, onClose }: { userId: string; known: string[]; onClose: () => void }) {
  const t = useText()
  const format = useFormat()
  const { me } = useAuth()
  const choices = usePermissionChoices()
  const initialValues: Values = { permission: '', effect: 'grant', facilityId: '', reason: '', endsAt: '' }
  const form = useAppForm<Values, Right>({
    initialValues,
    schema: people.giveRight.body,
    toBody: (values) => bodyOf(format, values),
    submit: (values) => api.giveRight({ params: { id: userId }, body: bodyOf(format, values) }),
    done: () => {
      refresh()
      onClose()
    },
  })
  const set = form.fields.getInputProps
  return (
    <Form form={form} submitLabel={t('common.save')} cancel={onClose} labels={{ permission: t('people.rights.permission'), reason: t('common.reason'), endsAt: t('people.rights.until') }}>
      <SegmentedControl aria-label={t('people.rights.effect')} data={[{ value: 'grant', label: t('people.rights.grant') }, { value: 'deny', label: t('people.rights.deny') }]} {...set('effect')} />
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <Select searchable withAsterisk label={t('people.rights.permission')} data={choices(known)} {...set('permission')} />
        <Select label={t('shell.facility')} data={[{ value: '', label: t('people.rights.everywhere') }, ...me.facilities.map((one) => ({ value: one.id, label: one.name }))]} {...set('facilityId')} />
        <TextInput type="datetime-local" label={t('people.rights.until')} description={t('people.rights.untilHint')} {...set('endsAt')} />
      </SimpleGrid>
      <TextInput withAsterisk label={t('common.reason')} autoComplete="off" {...set('reason')} />
    </Form>
  )
}

function Line({ right }: { right: Right }) {
  const t = useText()
  const { me } = useAuth()
  const permissionText = usePermissionText()
  const end = useWrite(() => api.endRight({ params: { id: right.id }, body: {} }), { invalidate: [['people', 'rights']] })
  const place = me.facilities.find((one) => one.id === right.facilityId)?.name ?? t('people.rights.everywhere')
  const state = right.state === 'in-force' ? right.effect : right.state
  return (
    <Group justify="space-between" align="start">
      <Stack gap={2}>
        <Group gap="xs"><StateBadge label={t(`people.rights.${state}`)} tone={state === 'grant' ? 'good' : state === 'deny' ? 'bad' : 'neutral'} /><Text size="sm" title={right.permission}>{permissionText(right.permission)}</Text><Text size="sm">{place}</Text></Group>
        <Text size="xs" c="dimmed"><bdi>{right.reason}</bdi> · <bdi>{right.givenBy}</bdi>, <When at={right.givenAt} />{right.endsAt === null ? '' : <> · {t('people.rights.until')} <When at={right.endsAt} /></>}</Text>
      </Stack>
      {right.endedAt === null ? <Can permission="people.write"><Button size="compact-sm" variant="default" loading={end.isPending} onClick={() => end.mutate(undefined)}>{t('people.rights.end')}</Button></Can> : null}
    </Group>
  )
}

/** What this user was given beyond the roles, or denied in spite of them. */
export function Rights({ userId }: { userId: string }) {
  const t = useText()
  const [isOpen, setOpen] = useState(false)
  const query = useQuery(rightsQuery(userId))
  const effective = useQuery(effectiveQuery(userId))
  const add = isOpen ? null : <Can permission="people.write"><Button size="xs" variant="default" onClick={() => setOpen(true)}>{t('people.rights.add')}</Button></Can>
  return (
    <Section title={t('people.rights.title')} actions={add}>
      {isOpen ? <GiveRight userId={userId} known={effective.data?.known ?? []} onClose={() => setOpen(false)} /> : null}
      <Loaded query={query} rows={2}>{({ items }) => (items.length === 0 ? <Empty title={t('people.rights.empty')} hint={t('people.rights.emptyHint')} /> : <Stack gap="sm" mt="sm">{items.map((right) => <Line key={right.id} right={right} />)}</Stack>)}</Loaded>
    </Section>
  )
}
