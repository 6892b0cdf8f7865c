import type { Feature } from '../../kernel/features.ts'

export const clinical: Feature = {
  name: 'clinical',
  routes: [],
  nav: [],
  commands: [],
  encounterPanels: [
    { value: 'trend', labelKey: 'clinical.trend.title', permission: 'clinical.read', place: 'known', order: 15, load: async () => (await import('./parts/trend-panel.tsx')).TrendPanel },
    { value: 'vitals', labelKey: 'clinical.vitals.title', permission: 'clinical.read', place: 'work', order: 10, load: async () => (await import('./parts/vitals-panel.tsx')).VitalsPanel },
    { value: 'note', labelKey: 'clinical.note.title', permission: 'clinical.read', place: 'work', order: 20, load: async () => (await import('./parts/note-panel.tsx')).NotePanel },
    { value: 'diagnoses', labelKey: 'clinical.diagnosis.title', permission: 'clinical.read', place: 'work', order: 30, load: async () => (await import('./parts/diagnoses-panel.tsx')).DiagnosesPanel },
  ],
}
