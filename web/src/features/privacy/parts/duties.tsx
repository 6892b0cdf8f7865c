import { useState } from 'react'
import { Button, Group, Modal, Stack, Text, Textarea, TextInput, Tooltip } from '@mantine/core'
import { useFormat, wallTime } from '../../../kernel/format.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { When } from '../../../ui/time.tsx'
import { api, type Breach, type Duty } from '../queries.ts'
import { Remaining } from './remaining.tsx'
import { DutyState } from './states.tsx'

function NoticeForm({ breach, duty, isWaived, onClose }: { breach: Breach; duty: Duty; isWaived: boolean; onClose: () => void }) {
  const t = useText()
  const format = useFormat()
  const { facility } = useAuth()
  const [here] = useState(() => wallTime(new Date(), facility?.timeZone ?? 'UTC'))
  const form = useAppForm({
    initialValues: { sentAt: `${here.date}T${here.clock}`, reference: '', waivedReason: '' },
    submit: ({ sentAt, reference, waivedReason }) => {
      const [date = '', clock = ''] = sentAt.split('T')
      return api.recordNotice({ params: { id: breach.id }, body: isWaived ? { duty: duty.key, waivedReason } : { duty: duty.key, sentAt: format.instant(date, clock), reference } })
    },
    done: () => {
      void queryClient.invalidateQueries({ queryKey: ['privacy'] })
      onClose()
    },
  })
  return (
    <Modal opened onClose={onClose} title={t(`privacy.duty.${duty.key}`)} size="lg">
      <Text size="sm" c="dimmed" mb="md">{duty.source}</Text>
      <Form form={form} submitLabel={t(isWaived ? 'privacy.duty.waive' : 'privacy.duty.record')} cancel={onClose}>
        {isWaived ? <Textarea label={t('privacy.duty.waivedReason')} withAsterisk autosize minRows={2} maxLength={1000} {...form.fields.getInputProps('waivedReason')} /> : <><TextInput type="datetime-local" label={t('privacy.duty.sentAt')} withAsterisk {...form.fields.getInputProps('sentAt')} /><TextInput label={t('privacy.duty.reference')} maxLength={200} {...form.fields.getInputProps('reference')} /></>}
      </Form>
    </Modal>
  )
}

function DutyLine({ duty, isOpen, onAsk }: { duty: Duty; isOpen: boolean; onAsk: (isWaived: boolean) => void }) {
  const t = useText()
  const isDue = duty.state === 'running' || duty.state === 'overdue'
  return (
    <Group component="li" justify="space-between" py="sm" gap="xs" align="start" style={{ borderBottom: '1px solid var(--line)' }}>
      <Stack gap={2} flex={1} miw={240}>
        <Group gap="xs"><Text fw={600}>{t(`privacy.duty.${duty.key}`)}</Text><DutyState state={duty.state} /></Group>
        <Text size="xs" c="dimmed">{duty.source}</Text>
        {duty.waivedReason === '' ? null : <Text size="sm"><bdi>{duty.waivedReason}</bdi></Text>}
        {duty.sentAt === null ? null : <Text size="sm">{t('privacy.duty.sentAt')} <When at={duty.sentAt} /> <bdi>{duty.reference}</bdi></Text>}
      </Stack>
      <Stack gap="xs" align="end">
        <Tooltip label={duty.dueAt}><Text size="sm">{isDue ? <Remaining until={duty.dueAt} /> : null} <Text span c="dimmed" size="sm">{t('privacy.duty.by')} <When at={duty.dueAt} /></Text></Text></Tooltip>
        {isDue && isOpen ? <Group gap="xs"><Button size="xs" onClick={() => onAsk(false)}>{t('privacy.duty.record')}</Button><Button size="xs" variant="default" onClick={() => onAsk(true)}>{t('privacy.duty.waive')}</Button></Group> : null}
      </Stack>
    </Group>
  )
}

/** Who has to be told by when and by which law; each duty is met or waived once. */
export function Duties({ breach }: { breach: Breach }) {
  const [asked, setAsked] = useState<{ duty: Duty; isWaived: boolean }>()
  const isOpen = breach.actions.includes('assess')
  return (
    <>
      <Stack component="ul" gap={0} m={0} p={0} style={{ listStyle: 'none' }}>
        {breach.duties.map((duty) => <DutyLine key={duty.key} duty={duty} isOpen={isOpen} onAsk={(isWaived) => setAsked({ duty, isWaived })} />)}
      </Stack>
      {asked === undefined ? null : <NoticeForm breach={breach} {...asked} onClose={() => setAsked(undefined)} />}
    </>
  )
}
