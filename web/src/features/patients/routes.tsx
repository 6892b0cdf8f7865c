import { IconArrowsJoin, IconChecklist, IconUserPlus, IconUserQuestion, IconUsers } from '@tabler/icons-react'
import type { Feature } from '../../kernel/features.ts'
import { pageRoute } from '../../kernel/routing.tsx'

export const patients: Feature = {
  name: 'patients',
  routes: [
    pageRoute('/patients', async () => (await import('./pages/patient-list.tsx')).PatientListPage),
    pageRoute('/patients/new', async () => (await import('./pages/register.tsx')).RegisterPage),
    pageRoute('/patients/unknown', async () => (await import('./pages/register-unknown.tsx')).RegisterUnknownPage),
    pageRoute('/patients/duplicates', async () => (await import('./pages/duplicates.tsx')).DuplicatesPage),
    pageRoute('/patients/findings', async () => (await import('./pages/findings.tsx')).FindingsPage),
    pageRoute('/patients/corrections', async () => (await import('./pages/corrections.tsx')).CorrectionsPage),
    pageRoute('/patients/merge/$a/$b', async () => (await import('./pages/merge.tsx')).MergePage),
    pageRoute('/patients/$id', async () => (await import('./pages/patient.tsx')).PatientPage),
  ],
  nav: [
    { path: '/patients', labelKey: 'patients.nav', icon: IconUsers, permission: 'patients.read', key: 'p' },
    { path: '/patients/duplicates', labelKey: 'patients.duplicates.nav', icon: IconArrowsJoin, permission: 'patients.merge', group: 'administration' },
    { path: '/patients/findings', labelKey: 'patients.findings.nav', icon: IconChecklist, permission: 'patients.clean', group: 'administration' },
  ],
  commands: [
    { path: '/patients/new', labelKey: 'patients.register.title', icon: IconUserPlus, permission: 'patients.write' },
    { path: '/patients/unknown', labelKey: 'patients.unknown.title', icon: IconUserQuestion, permission: 'patients.write' },
  ],
  patientTabs: [
    { value: 'overview', labelKey: 'patients.tab.overview', permission: 'patients.read', load: async () => (await import('./parts/overview-tab.tsx')).OverviewTab },
    { value: 'timeline', labelKey: 'patients.tab.timeline', permission: 'patients.read', load: async () => (await import('./parts/timeline-tab.tsx')).TimelineTab },
    { value: 'lists', labelKey: 'patients.tab.lists', permission: 'patients.read', load: async () => (await import('./parts/lists-tab.tsx')).ListsTab },
    { value: 'details', labelKey: 'patients.tab.details', permission: 'patients.read', load: async () => (await import('./parts/details-tab.tsx')).DetailsTab },
  ],
  encounterPanels: [{ value: 'lists', labelKey: 'patients.tab.lists', permission: 'patients.read', place: 'known', order: 10, load: async () => (await import('./parts/lists-panel.tsx')).ListsPanel }],
  landing: [{ permission: 'patients.read', path: '/patients', order: 500 }],
}
