import { useState } from 'react'
import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { access } from '#contract/access.ts'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient, useWrite } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Section } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { api, membersQuery, staffQuery, type Member } from '../queries.ts'

function AddMember({ patientId, onClose }: { patientId: string; onClose: () => void }) {
  const t = useText()
  const staff = useQuery(staffQuery)
  const form = useAppForm({
    initialValues: { userId: '', reason: '' },
    schema: access.addMember.body,
    submit: (values) => api.addMember({ params: { id: patientId }, body: values }),
    done: () => {
      void queryClient.invalidateQueries({ queryKey: ['access', 'members'] })
      onClose()
    },
  })
  return (
    <Form form={form} submitLabel={t('access.team.add')} cancel={onClose} labels={{ userId: t('access.team.who'), reason: t('common.reason') }}>
      <Select maw={320} searchable withAsterisk label={t('access.team.who')} data={(staff.data?.items ?? []).map((one) => ({ value: one.id, label: `${one.title} ${one.name}`.trim() }))} {...form.fields.getInputProps('userId')} />
      <TextInput label={t('common.reason')} withAsterisk autoComplete="off" {...form.fields.getInputProps('reason')} />
    </Form>
  )
}

function Line({ member }: { member: Member }) {
  const t = useText()
  const end = useWrite(() => api.endMember({ params: { id: member.id }, body: {} }), { invalidate: [['access', 'members']] })
  return (
    <Group justify="space-between" align="start">
      <Stack gap={2}>
        <Text size="sm" fw={600} td={member.endedAt === null ? '' : 'line-through'}><bdi>{member.userName}</bdi></Text>
        <Text size="xs" c="dimmed"><bdi>{member.reason}</bdi> · <When at={member.addedAt} /></Text>
      </Stack>
      {member.endedAt === null ? <Button size="compact-sm" variant="default" loading={end.isPending} onClick={() => end.mutate(undefined)}>{t('access.team.end')}</Button> : null}
    </Group>
  )
}

/** Who is named to the patient: no label keeps them from the record. */
export function Members({ patientId }: { patientId: string }) {
  const t = useText()
  const [isAdding, setAdding] = useState(false)
  const query = useQuery(membersQuery(patientId))
  return (
    <Section title={t('access.team.title')} actions={isAdding ? null : <Button size="xs" variant="default" onClick={() => setAdding(true)}>{t('access.team.add')}</Button>}>
      {isAdding ? <AddMember patientId={patientId} onClose={() => setAdding(false)} /> : null}
      <Loaded query={query} rows={2}>{({ items }) => (items.length === 0 ? <Empty title={t('access.team.empty')} hint={t('access.team.emptyHint')} /> : <Stack gap="sm" mt="sm">{items.map((member) => <Line key={member.id} member={member} />)}</Stack>)}</Loaded>
    </Section>
  )
}
