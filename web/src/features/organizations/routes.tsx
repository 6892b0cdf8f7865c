import { IconBuildingHospital, IconSitemap } from '@tabler/icons-react'
import type { Feature } from '../../kernel/features.ts'
import { pageRoute } from '../../kernel/routing.tsx'

export const organizations: Feature = {
  name: 'organizations',
  routes: [
    pageRoute('/facilities', async () => (await import('./pages/facilities.tsx')).FacilitiesPage),
    pageRoute('/facilities/new', async () => (await import('./pages/facility.tsx')).NewFacilityPage),
    pageRoute('/facilities/$id', async () => (await import('./pages/facility.tsx')).FacilityPage),
    pageRoute('/departments', async () => (await import('./pages/departments.tsx')).DepartmentsPage),
  ],
  nav: [
    { path: '/facilities', labelKey: 'organizations.facilities.nav', icon: IconBuildingHospital, permission: 'organizations.read', group: 'administration' },
    { path: '/departments', labelKey: 'organizations.departments.nav', icon: IconSitemap, permission: 'organizations.read', group: 'administration' },
  ],
  commands: [{ path: '/facilities/new', labelKey: 'organizations.facilities.add', icon: IconBuildingHospital, permission: 'organizations.write' }],
}
