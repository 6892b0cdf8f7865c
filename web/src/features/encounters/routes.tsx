import { IconChecklist, IconStethoscope, IconUserPlus } from '@tabler/icons-react'
import type { Feature } from '../../kernel/features.ts'
import { pageRoute } from '../../kernel/routing.tsx'

export const encounters: Feature = {
  name: 'encounters',
  routes: [
    pageRoute('/encounters', async () => (await import('./pages/visits.tsx')).VisitsPage),
    pageRoute('/encounters/new', async () => (await import('./pages/walk-in.tsx')).WalkInPage),
    pageRoute('/tasks', async () => (await import('./pages/tasks.tsx')).TasksPage),
  ],
  nav: [
    { path: '/encounters', labelKey: 'encounters.nav', icon: IconStethoscope, permission: 'encounters.read', key: 'v' },
    { path: '/tasks', labelKey: 'encounters.task.nav', icon: IconChecklist, permission: 'encounters.tasks', key: 't' },
  ],
  commands: [{ path: '/encounters/new', labelKey: 'encounters.walkIn.title', icon: IconUserPlus, permission: 'encounters.check-in' }],
  patientActions: [{ labelKey: 'encounters.walkIn.action', icon: IconStethoscope, permission: 'encounters.check-in', path: (id) => `/encounters/new?patientId=${id}` }],
  landing: [{ permission: 'encounters.tasks', path: '/tasks', order: 400 }],
}
