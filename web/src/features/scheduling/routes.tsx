import { IconCalendar, IconCalendarPlus, IconCalendarTime, IconDeviceTv, IconDoor, IconHourglass, IconListDetails, IconUsersGroup, IconYoga } from '@tabler/icons-react'
import type { Feature } from '../../kernel/features.ts'
import { pageRoute } from '../../kernel/routing.tsx'

export const scheduling: Feature = {
  name: 'scheduling',
  routes: [
    pageRoute('/queue', async () => (await import('./pages/queue.tsx')).QueuePage),
    pageRoute('/board', async () => (await import('./pages/board.tsx')).BoardPage),
    pageRoute('/calendar', async () => (await import('./pages/calendar.tsx')).CalendarPage),
    pageRoute('/appointments', async () => (await import('./pages/appointments.tsx')).AppointmentsPage),
    pageRoute('/appointments/new', async () => (await import('./pages/book.tsx')).BookPage),
    pageRoute('/appointments/$id', async () => (await import('./pages/appointment.tsx')).AppointmentPage),
    pageRoute('/waiting-list', async () => (await import('./pages/waiting-list.tsx')).WaitingListPage),
    pageRoute('/groups', async () => (await import('./pages/groups.tsx')).GroupsPage),
    pageRoute('/groups/$id', async () => (await import('./pages/group.tsx')).GroupPage),
    pageRoute('/rooms', async () => (await import('./pages/rooms.tsx')).RoomsPage),
    pageRoute('/schedules', async () => (await import('./pages/schedules.tsx')).SchedulesPage),
  ],
  nav: [
    { path: '/queue', labelKey: 'scheduling.queue.nav', icon: IconUsersGroup, permission: 'scheduling.read', key: 'q' },
    { path: '/calendar', labelKey: 'scheduling.calendar.nav', icon: IconCalendar, permission: 'scheduling.read', key: 'c' },
    { path: '/appointments', labelKey: 'scheduling.appointments.nav', icon: IconListDetails, permission: 'scheduling.read', key: 'a' },
    { path: '/waiting-list', labelKey: 'scheduling.waitlist.nav', icon: IconHourglass, permission: 'scheduling.read', key: 'w' },
    { path: '/groups', labelKey: 'scheduling.group.nav', icon: IconYoga, permission: 'scheduling.read' },
    { path: '/schedules', labelKey: 'scheduling.schedule.nav', icon: IconCalendarTime, permission: 'scheduling.schedules', group: 'administration' },
    { path: '/rooms', labelKey: 'scheduling.rooms.title', icon: IconDoor, permission: 'scheduling.schedules', group: 'administration' },
  ],
  commands: [
    { path: '/appointments/new', labelKey: 'scheduling.book.title', icon: IconCalendarPlus, permission: 'scheduling.write' },
    { path: '/board', labelKey: 'scheduling.board.open', icon: IconDeviceTv, permission: 'scheduling.read' },
  ],
  patientActions: [{ labelKey: 'scheduling.book.action', icon: IconCalendarPlus, permission: 'scheduling.write', path: (id) => `/appointments/new?patientId=${id}` }],
  landing: [{ permission: 'encounters.check-in', path: '/queue', order: 20 }],
}
