import { useState } from 'react'
import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { patients, sensitivity } from '#contract/patients.ts'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Section } from '../../../ui/page.tsx'
import { Empty, Loaded, StateBadge } from '../../../ui/states.tsx'
import { labelsQuery, records, type PatientLabel } from '../queries.ts'

function AddLabel({ patientId, onClose }: { patientId: string; onClose: () => void }) {
  const t = useText()
  const initialValues: { label: PatientLabel['label']; reason: string } = { label: 'vip', reason: '' }
  const form = useAppForm({
    initialValues,
    schema: patients.addLabel.body,
    submit: (values) => records.addLabel({ params: { id: patientId }, body: values }),
    done: () => {
      void queryClient.invalidateQueries({ queryKey: ['access', 'labels'] })
      void queryClient.invalidateQueries({ queryKey: ['patients', patientId] })
      onClose()
    },
  })
  return (
    <Form form={form} submitLabel={t('access.labels.add')} cancel={onClose} labels={{ reason: t('common.reason') }}>
      <Select maw={320} label={t('access.labels.which')} data={sensitivity.options.map((value) => ({ value, label: t(`access.label.${value}`) }))} {...form.fields.getInputProps('label')} />
      <TextInput label={t('common.reason')} withAsterisk autoComplete="off" {...form.fields.getInputProps('reason')} />
    </Form>
  )
}

function Line({ label }: { label: PatientLabel }) {
  const t = useText()
  const format = useFormat()
  const isOver = label.endedAt !== null
  return (
    <Group justify="space-between" align="start">
      <Stack gap={2}>
        <Group gap="xs"><StateBadge label={t(`access.label.${label.label}`)} tone={isOver ? 'neutral' : 'info'} /><Text size="sm"><bdi>{label.reason}</bdi></Text></Group>
        <Text size="xs" c="dimmed"><bdi>{t('access.labels.from', { who: label.addedBy, at: format.dayTime(label.addedAt) })}</bdi>{isOver ? ` · ${t('access.labels.ended', { reason: label.endReason })}` : ''}</Text>
      </Stack>
      {isOver ? null : <LifecycleButtons size="xs" actions={['end']} invalidate={[['access', 'labels'], ['patients']]} steps={[{ step: 'end', label: t('access.labels.end'), needsReason: true, run: (reason) => records.endLabel({ params: { id: label.id }, body: { reason } }) }]} />}
    </Group>
  )
}

/** Labels of a record, those that ended too. */
export function Labels({ patientId }: { patientId: string }) {
  const t = useText()
  const [isAdding, setAdding] = useState(false)
  const query = useQuery(labelsQuery(patientId))
  return (
    <Section title={t('access.labels.title')} actions={isAdding ? null : <Button size="xs" variant="default" onClick={() => setAdding(true)}>{t('access.labels.add')}</Button>}>
      {isAdding ? <AddLabel patientId={patientId} onClose={() => setAdding(false)} /> : null}
      <Loaded query={query} rows={2}>{({ items }) => (items.length === 0 ? <Empty title={t('access.labels.empty')} /> : <Stack gap="sm" mt="sm">{items.map((label) => <Line key={label.id} label={label} />)}</Stack>)}</Loaded>
    </Section>
  )
}
