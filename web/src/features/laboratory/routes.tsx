import { IconBarcode, IconBottle, IconChartDots, IconFlask, IconPlugConnected, IconRoute, IconTestPipe, IconVocabulary, IconWalk } from '@tabler/icons-react'
import type { Feature } from '../../kernel/features.ts'
import { pageRoute } from '../../kernel/routing.tsx'

export const laboratory: Feature = {
  name: 'laboratory',
  routes: [
    pageRoute('/laboratory/specimens', async () => (await import('./pages/specimens.tsx')).SpecimensPage),
    pageRoute('/laboratory/specimens/$id', async () => (await import('./pages/specimen.tsx')).SpecimenPage),
    pageRoute('/laboratory/collection', async () => (await import('./pages/collection.tsx')).CollectionPage),
    pageRoute('/laboratory/walk-in', async () => (await import('./pages/walk-in.tsx')).WalkInPage),
    pageRoute('/laboratory/receive', async () => (await import('./pages/receive.tsx')).ReceivePage),
    pageRoute('/laboratory/results', async () => (await import('./pages/results.tsx')).ResultsPage),
    pageRoute('/laboratory/results/$id', async () => (await import('./pages/result.tsx')).ResultPage),
    pageRoute('/laboratory/quality', async () => (await import('./pages/quality.tsx')).QualityPage),
    pageRoute('/laboratory/instruments', async () => (await import('./pages/instruments.tsx')).InstrumentsPage),
    pageRoute('/laboratory/bench', async () => (await import('./pages/bench.tsx')).BenchPage),
    pageRoute('/laboratory/tests', async () => (await import('./pages/tests.tsx')).TestsPage),
    pageRoute('/laboratory/tests/$id', async () => (await import('./pages/test.tsx')).TestPage),
    pageRoute('/laboratory/statistics', async () => (await import('./pages/statistics.tsx')).StatisticsPage),
  ],
  nav: [
    { path: '/laboratory/specimens', labelKey: 'laboratory.nav', icon: IconTestPipe, permission: 'laboratory.collect', key: 'l', group: 'laboratory' },
    { path: '/laboratory/collection', labelKey: 'laboratory.collection.nav', icon: IconRoute, permission: 'laboratory.collect', group: 'laboratory' },
    { path: '/laboratory/receive', labelKey: 'laboratory.receiving.nav', icon: IconBarcode, permission: 'laboratory.work', group: 'laboratory' },
    { path: '/laboratory/walk-in', labelKey: 'laboratory.walkIn.nav', icon: IconWalk, permission: 'laboratory.walk-in', group: 'laboratory' },
    { path: '/laboratory/results', labelKey: 'laboratory.results.nav', icon: IconFlask, permission: 'laboratory.verify', group: 'laboratory' },
    { path: '/laboratory/quality', labelKey: 'laboratory.quality.nav', icon: IconChartDots, permission: 'laboratory.quality', group: 'laboratory' },
    { path: '/laboratory/instruments', labelKey: 'laboratory.instruments.nav', icon: IconPlugConnected, permission: 'instruments.read', group: 'laboratory' },
    { path: '/laboratory/bench', labelKey: 'laboratory.bench.nav', icon: IconBottle, permission: 'laboratory.quality', group: 'laboratory' },
    { path: '/laboratory/tests', labelKey: 'laboratory.tests.nav', icon: IconVocabulary, permission: 'laboratory.catalogue', group: 'administration' },
  ],
  commands: [{ path: '/laboratory/statistics', labelKey: 'laboratory.statistics.title', icon: IconChartDots, permission: 'laboratory.read' }],
  patientTabs: [{ value: 'laboratory', labelKey: 'laboratory.title', permission: 'laboratory.read', load: async () => (await import('./parts/cumulative-tab.tsx')).CumulativeTab }],
  encounterPanels: [{ value: 'laboratory', labelKey: 'laboratory.results.title', permission: 'laboratory.read', place: 'known', order: 40, load: async () => (await import('./parts/visit-results.tsx')).VisitResults }],
  landing: [{ permission: 'laboratory.work', path: '/laboratory/specimens', order: 250 }],
}
