import { ActionIcon, Button, Group, MultiSelect, NumberInput, Stack, Text, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { visitType } from '#contract/scheduling.ts'
import { useText } from '../../../kernel/i18n.ts'
import { newWindow, type ScheduleValues } from '../form.ts'
import { useDayNames } from '../dates.ts'

type Fields = UseFormReturnType<ScheduleValues>

function Window({ fields, index }: { fields: Fields; index: number }) {
  const t = useText()
  const set = (name: string) => fields.getInputProps(`weekly.${index}.${name}`)
  const types = visitType.options.map((value) => ({ value, label: t(`scheduling.visitType.${value}`) }))
  return (
    <Group gap="xs" align="end">
      <TextInput type="time" label={t('common.from')} {...set('from')} />
      <TextInput type="time" label={t('common.to')} {...set('to')} />
      <NumberInput w={110} min={5} max={240} step={5} allowDecimal={false} label={t('scheduling.schedule.slotMinutes')} {...set('slotMinutes')} />
      <MultiSelect flex={1} miw={180} clearable label={t('scheduling.visitType')} placeholder={fields.values.weekly[index]?.visitTypes.length === 0 ? t('scheduling.schedule.anyType') : ''} data={types} {...set('visitTypes')} />
      <ActionIcon variant="default" size="lg" aria-label={t('common.remove')} onClick={() => fields.removeListItem('weekly', index)}>
        <IconTrash size={16} />
      </ActionIcon>
    </Group>
  )
}

/** Windows of each weekday. */
export function WeeklyEditor({ fields }: { fields: Fields }) {
  const t = useText()
  const names = useDayNames()
  const windows = fields.values.weekly.map((entry, index) => ({ weekday: entry.weekday, index }))
  return (
    <Stack gap="sm">
      {[1, 2, 3, 4, 5, 6, 7].map((weekday) => {
        const own = windows.filter((one) => one.weekday === weekday)
        return (
          <Stack key={weekday} gap={4} role="group" aria-label={names.weekdayName(weekday)} pb="xs" style={{ borderBlockEnd: '1px solid var(--line)' }}>
            <Group justify="space-between">
              <Text fw={600} size="sm">
                {names.weekdayName(weekday)}
              </Text>
              <Button size="xs" variant="subtle" leftSection={<IconPlus size={14} />} onClick={() => fields.insertListItem('weekly', newWindow(weekday))}>
                {t('scheduling.schedule.addWindow')}
              </Button>
            </Group>
            {own.length === 0 ? <Text size="sm" c="dimmed">{t('scheduling.schedule.off')}</Text> : own.map((one) => <Window key={one.index} fields={fields} index={one.index} />)}
          </Stack>
        )
      })}
    </Stack>
  )
}
