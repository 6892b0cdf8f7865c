import { ActionIcon, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { newException, type ScheduleValues } from '../form.ts'

/** Leave and extra hours of single days. */
export function ExceptionsEditor({ fields }: { fields: UseFormReturnType<ScheduleValues> }) {
  const t = useText()
  const format = useFormat()
  const kinds = [
    { value: 'false', label: t('scheduling.schedule.away') },
    { value: 'true', label: t('scheduling.schedule.extra') },
  ]
  return (
    <Stack gap="sm">
      {fields.values.exceptions.length === 0 ? <Text size="sm" c="dimmed">{t('scheduling.schedule.noExceptions')}</Text> : null}
      {fields.values.exceptions.map((one, index) => {
        const set = (name: string) => fields.getInputProps(`exceptions.${index}.${name}`)
        return (
          <Group key={index} gap="xs" align="end">
            <TextInput type="date" label={t('common.date')} withAsterisk {...set('on')} />
            <Select w={150} label={t('common.type')} data={kinds} value={String(one.isAvailable)} onChange={(value) => fields.setFieldValue(`exceptions.${index}.isAvailable`, value === 'true')} />
            <TextInput type="time" label={t('common.from')} {...set('from')} />
            <TextInput type="time" label={t('common.to')} {...set('to')} />
            <TextInput flex={1} miw={140} maxLength={200} label={t('common.reason')} {...set('reason')} />
            <ActionIcon variant="default" size="lg" aria-label={t('common.remove')} onClick={() => fields.removeListItem('exceptions', index)}>
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        )
      })}
      <Text size="xs" c="dimmed">
        {t('scheduling.schedule.wholeDayHint')}
      </Text>
      <Button w="fit-content" size="xs" variant="default" leftSection={<IconPlus size={14} />} onClick={() => fields.insertListItem('exceptions', newException(format.today()))}>
        {t('scheduling.schedule.addException')}
      </Button>
    </Stack>
  )
}
