import { ActionIcon, Button, Group, SegmentedControl, Text, TextInput } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { addDays, addMonths, useDayNames } from '../dates.ts'
import { PractitionerSelect } from './practitioner-select.tsx'

export const calendarViews = ['day', 'week', 'month'] as const
export type CalendarView = (typeof calendarViews)[number]

export const stepped = (date: string, view: CalendarView, step: 1 | -1): string => (view === 'month' ? addMonths(date, step) : addDays(date, view === 'week' ? 7 * step : step))

interface CalendarToolbarProps {
  date: string
  view: CalendarView
  practitionerId: string
  onDate: (date: string) => void
  onView: (view: string) => void
  onPractitioner: (id: string | undefined) => void
}

export function CalendarToolbar({ date, view, practitionerId, onDate, onView, onPractitioner }: CalendarToolbarProps) {
  const t = useText()
  const format = useFormat()
  const names = useDayNames()
  return (
    <Group gap="xs" className="no-print">
      <PractitionerSelect isFilter value={practitionerId || undefined} onChange={onPractitioner} />
      <SegmentedControl size="sm" aria-label={t('scheduling.calendar.view')} data={calendarViews.map((value) => ({ value, label: t(`scheduling.calendar.${value}`) }))} value={view} onChange={onView} />
      <Group gap={4} wrap="nowrap">
        <ActionIcon variant="default" size="lg" aria-label={t('scheduling.calendar.previous')} onClick={() => onDate(stepped(date, view, -1))}>
          <IconChevronLeft size={18} className="flip" />
        </ActionIcon>
        <Button variant="default" onClick={() => onDate(format.today())}>
          {t('scheduling.calendar.today')}
        </Button>
        <ActionIcon variant="default" size="lg" aria-label={t('scheduling.calendar.next')} onClick={() => onDate(stepped(date, view, 1))}>
          <IconChevronRight size={18} className="flip" />
        </ActionIcon>
      </Group>
      <TextInput type="date" aria-label={t('common.date')} value={date} onChange={(event) => event.currentTarget.value !== '' && onDate(event.currentTarget.value)} />
      <Text fw={600} aria-live="polite">
        {view === 'month' ? names.month(date) : format.full(date)}
      </Text>
    </Group>
  )
}
