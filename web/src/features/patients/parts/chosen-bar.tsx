import { useState } from 'react'
import { Button, Group, Paper, Text } from '@mantine/core'
import { IconPencilCheck } from '@tabler/icons-react'
import type { Inconsistency } from '#contract/patients-cleaning.ts'
import { useText } from '../../../kernel/i18n.ts'
import { CorrectDialog } from './correct-dialog.tsx'

/** How many a correction takes at once. */
export const mostAtOnce = 200

/** What can be done with the records that are chosen. */
export function ChosenBar({ patientIds, rule, onClear }: { patientIds: string[]; rule?: Inconsistency | undefined; onClear: () => void }) {
  const t = useText()
  const [isOpen, setOpen] = useState(false)
  if (patientIds.length === 0) return null
  const close = (isDone: boolean) => {
    setOpen(false)
    if (isDone) onClear()
  }
  return (
    <Paper p="xs" px="md" bg="var(--ground)" role="region" aria-label={t('patients.chosen.title')}>
      <Group justify="space-between">
        <Text size="sm" fw={600}>{t('patients.chosen.count', { count: patientIds.length })}</Text>
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={onClear}>{t('patients.chosen.clear')}</Button>
          <Button size="xs" leftSection={<IconPencilCheck size={16} aria-hidden />} disabled={patientIds.length > mostAtOnce} onClick={() => setOpen(true)}>{t('patients.correct.open')}</Button>
        </Group>
      </Group>
      {isOpen ? <CorrectDialog patientIds={patientIds} rule={rule} onClose={close} /> : null}
    </Paper>
  )
}
