import { IconChecklist, IconStethoscope, IconUserPlus } from '@tabler/icons-react'
import type { Feature } from '../../kernel/features.ts'
import { pageRoute } from '../../kernel/routing.tsx'

export const encounters: Feature = {
  name: 'encounters',
  routes: [
    pageRoute('/encounters', async () => (await import('./pages/visits.tsx')).VisitsPage),
    pageRoute('/encounters/new', async () => (await import('./pages/walk-in.tsx')).WalkInPage),
    pageRoute('/encounters/$id', async () => (await import('./pages/visit.tsx')).VisitPage),
    pageRoute('/tasks', async () => (await import('./pages/tasks.tsx')).TasksPage),
  ],
  nav: [
    { path: '/encounters', labelKey: 'encounters.nav', icon: IconStethoscope, permission: 'encounters.read', key: 'v' },
    { path: '/tasks', labelKey: 'encounters.task.nav', icon: IconChecklist, permission: 'encounters.tasks', key: 't' },
  ],
  commands: [{ path: '/encounters/new', labelKey: 'encounters.walkIn.title', icon: IconUserPlus, permission: 'encounters.check-in' }],
  patientActions: [{ labelKey: 'encounters.walkIn.action', icon: IconStethoscope, permission: 'encounters.check-in', path: (id) => `/encounters/new?patientId=${id}` }],
  patientTabs: [{ value: 'visits', labelKey: 'encounters.title', permission: 'encounters.read', load: async () => (await import('./parts/visits-tab.tsx')).VisitsTab }],
  encounterPanels: [
    { value: 'history', labelKey: 'encounters.history.title', permission: 'patients.read', place: 'known', order: 20, load: async () => (await import('./parts/history-panel.tsx')).HistoryPanel },
    { value: 'next', labelKey: 'encounters.next.title', permission: 'encounters.read', place: 'next', order: 40, load: async () => (await import('./parts/next-panel.tsx')).NextPanel },
    { value: 'timeline', labelKey: 'encounters.timeline.title', permission: 'encounters.read', place: 'next', order: 90, load: async () => (await import('./parts/visit-timeline-panel.tsx')).VisitTimelinePanel },
  ],
  landing: [{ permission: 'encounters.tasks', path: '/tasks', order: 400 }],
}
