import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { Appointment } from '#contract/scheduling.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { Loaded } from '../../../ui/states.tsx'
import { slotsQuery } from '../queries.ts'

interface SlotPickerProps {
  practitionerId: string
  visitType: Appointment['visitType']
  day: string
  onDay: (day: string) => void
  value: string
  onChange: (startsAt: string) => void
  error?: ReactNode
}

/** The free times of a day, in the facility's zone. */
export function SlotPicker({ practitionerId, visitType, day, onDay, value, onChange, error }: SlotPickerProps) {
  const t = useText()
  const format = useFormat()
  const { facilityId } = useAuth()
  const query = useQuery(slotsQuery({ facilityId, practitionerId, from: day, to: day, visitType }))
  return (
    <Stack gap="xs">
      <TextInput type="date" label={t('common.date')} withAsterisk min={format.today()} value={day} onChange={(event) => onDay(event.currentTarget.value)} />
      <Text size="sm" fw={500} id="slot-times">
        {t('scheduling.freeTimes')}
      </Text>
      {practitionerId === '' || day === '' ? (
        <Text size="sm" c="dimmed">
          {t('scheduling.choosePractitioner')}
        </Text>
      ) : (
        <Loaded query={query} rows={2}>
          {({ items }) => (
            <Group gap="xs" role="radiogroup" aria-labelledby="slot-times">
              {items.length === 0 ? <Text size="sm" c="dimmed">{t('scheduling.noFreeTimes')}</Text> : null}
              {items.map((slot) => (
                <Button key={slot.startsAt} size="xs" role="radio" aria-checked={slot.startsAt === value} variant={slot.startsAt === value ? 'filled' : 'default'} className="figures" onClick={() => onChange(slot.startsAt)}>
                  {format.time(slot.startsAt)}
                </Button>
              ))}
            </Group>
          )}
        </Loaded>
      )}
      {error ? <Text size="sm" c="var(--mantine-color-error)">{error}</Text> : null}
    </Stack>
  )
}
