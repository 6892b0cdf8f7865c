import { IconPill, IconPrescription } from '@tabler/icons-react'
import type { Feature } from '../../kernel/features.ts'
import { pageRoute } from '../../kernel/routing.tsx'

export const medications: Feature = {
  name: 'medications',
  routes: [
    pageRoute('/prescriptions', async () => (await import('./pages/prescriptions.tsx')).PrescriptionsPage),
    pageRoute('/prescriptions/new', async () => (await import('./pages/write.tsx')).WritePage),
    pageRoute('/prescriptions/$id', async () => (await import('./pages/prescription.tsx')).PrescriptionPage),
    pageRoute('/medications', async () => (await import('./pages/medications.tsx')).MedicationsPage),
  ],
  nav: [
    { path: '/prescriptions', labelKey: 'medications.prescriptions.nav', icon: IconPrescription, permission: 'medications.read', key: 'x' },
    { path: '/medications', labelKey: 'medications.nav', icon: IconPill, permission: 'medications.write', group: 'administration' },
  ],
  commands: [],
  patientTabs: [{ value: 'prescriptions', labelKey: 'medications.prescriptions.title', permission: 'medications.read', load: async () => (await import('./parts/prescription-table.tsx')).PrescriptionsTab }],
  encounterPanels: [{ value: 'prescriptions', labelKey: 'medications.prescriptions.title', permission: 'medications.read', place: 'work', order: 40, load: async () => (await import('./parts/prescriptions-panel.tsx')).PrescriptionsPanel }],
  landing: [{ permission: 'medications.write', path: '/prescriptions', order: 300 }],
}
