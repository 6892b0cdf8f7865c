import { useState, type KeyboardEvent } from 'react'
import { Button, Drawer } from '@mantine/core'
import { IconCalendarPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { useFormat, wallTime } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useGo, useSearchParam } from '../../../kernel/routing.tsx'
import { Page } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { AppointmentDetails } from '../parts/appointment-details.tsx'
import { BookingForm } from '../parts/booking-form.tsx'
import { CalendarToolbar, calendarViews, stepped, type CalendarView } from '../parts/calendar-toolbar.tsx'
import { columnsOf } from '../parts/layout.ts'
import { MonthGrid } from '../parts/month-grid.tsx'
import { useMove } from '../parts/move.ts'
import { TimeGrid } from '../parts/time-grid.tsx'
import { addDays, isDate, monthOf, weekOf } from '../dates.ts'
import { groupRangeQuery } from '../group-queries.ts'
import { rangeQuery, slotsQuery, usePractitionerParam, usePractitioners, type Slot } from '../queries.ts'

const daysOf = (date: string, view: CalendarView) => (view === 'month' ? monthOf(date) : view === 'week' ? weekOf(date) : [date])

/** Date, view and practitioner; all in the URL. */
function useCalendarState() {
  const format = useFormat()
  const navigate = useNavigate()
  const { items } = usePractitioners()
  const [dateParam, setDate] = useSearchParam('date')
  const [viewParam, setView] = useSearchParam('view')
  const [chosen, setPractitioner] = usePractitionerParam()
  const isNarrow = globalThis.matchMedia('(max-width: 48em)').matches
  const view = calendarViews.find((one) => one === viewParam) ?? (isNarrow ? 'day' : 'week')
  const openDay = (date: string) => void navigate({ to: '.', search: (before: Record<string, unknown>) => ({ ...before, date, view: 'day' }) })
  return { date: isDate(dateParam) ? dateParam : format.today(), view, practitionerId: chosen ?? items[0]?.id ?? '', setDate, setView, setPractitioner, openDay }
}

type CalendarState = ReturnType<typeof useCalendarState>

function Calendar({ state, onBook, onOpen }: { state: CalendarState; onBook: (slot: Slot) => void; onOpen: (id: string) => void }) {
  const format = useFormat()
  const { facility, facilityId, can } = useAuth()
  const { date, view, practitionerId } = state
  const days = daysOf(date, view)
  const firstDay = days[0] ?? date
  const lastDay = days.at(-1) ?? date
  const move = useMove()
  const mayWrite = can('scheduling.write')
  const go = useGo()
  const range = { facilityId, practitionerId, from: format.instant(firstDay, '00:00'), to: format.instant(addDays(lastDay, 1), '00:00') }
  const query = useQuery({ ...rangeQuery(range), enabled: practitionerId !== '' })
  const groups = useQuery({ ...groupRangeQuery(range), enabled: practitionerId !== '' }).data ?? []
  const slotRange = slotsQuery({ facilityId, practitionerId, from: firstDay, to: lastDay })
  const slots = useQuery({ ...slotRange, enabled: practitionerId !== '' && view !== 'month' && mayWrite && lastDay >= format.today() })
  const wall = (iso: string) => wallTime(iso, facility?.timeZone ?? 'UTC')
  return (
    <Loaded query={query} rows={8}>
      {(appointments) => (view === 'month' ? <MonthGrid date={date} booked={{ appointments, groups }} onDay={state.openDay} /> : <TimeGrid columns={columnsOf(days, { appointments, groups }, slots.data?.items ?? [], wall)} onDay={state.openDay} onBook={onBook} onOpen={(one) => onOpen(one.id)} onGroup={(id) => go(`/groups/${id}`)} onMove={(appointment, slot) => move.mutate({ appointment, startsAt: slot.startsAt })} canMove={mayWrite} />)}
    </Loaded>
  )
}

export function CalendarPage() {
  const t = useText()
  const state = useCalendarState()
  const { items, isPending } = usePractitioners()
  const [booking, setBooking] = useState<Slot>()
  const [openId, setOpen] = useSearchParam('appointment')
  const turn = (event: KeyboardEvent) => {
    if (event.key !== 'PageUp' && event.key !== 'PageDown') return
    event.preventDefault()
    state.setDate(stepped(state.date, state.view, event.key === 'PageUp' ? -1 : 1))
  }
  const book = (
    <Can permission="scheduling.write">
      <Button component={Link} to="/appointments/new" leftSection={<IconCalendarPlus size={16} />}>
        {t('scheduling.book.title')}
      </Button>
    </Can>
  )
  return (
    <Page title={t('scheduling.calendar.title')} actions={book}>
      <CalendarToolbar date={state.date} view={state.view} practitionerId={state.practitionerId} onDate={state.setDate} onView={state.setView} onPractitioner={state.setPractitioner} />
      {!isPending && items.length === 0 ? <Empty title={t('scheduling.noPractitioners')} hint={t('scheduling.noPractitionersHint')} /> : (
        <div role="presentation" onKeyDown={turn}>
          <Calendar state={state} onBook={setBooking} onOpen={setOpen} />
        </div>
      )}
      <Drawer opened={booking !== undefined} onClose={() => setBooking(undefined)} position="right" title={t('scheduling.book.title')}>
        {booking === undefined ? null : <BookingForm key={booking.startsAt} practitionerId={booking.practitionerId} startsAt={booking.startsAt} onDone={() => setBooking(undefined)} onCancel={() => setBooking(undefined)} />}
      </Drawer>
      <Drawer opened={openId !== undefined} onClose={() => setOpen(undefined)} position="right" title={t('scheduling.appointment.title')}>
        {openId === undefined ? null : <AppointmentDetails id={openId} />}
      </Drawer>
    </Page>
  )
}
