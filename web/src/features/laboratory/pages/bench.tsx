import { SegmentedControl } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { Page } from '../../../ui/page.tsx'
import { Breakpoints } from '../parts/breakpoints.tsx'
import { Journeys, Partners } from '../parts/journeys.tsx'
import { Log } from '../parts/log.tsx'
import { Microbiology } from '../parts/microbiology.tsx'
import { Reagents } from '../parts/reagents.tsx'

const views = { reagents: Reagents, log: Log, journeys: Journeys, partners: Partners, breakpoints: Breakpoints, microbiology: Microbiology } as const
const names = ['reagents', 'log', 'journeys', 'partners', 'breakpoints', 'microbiology'] as const

/** What the laboratory works with: reagents, other laboratories, tubes on their way, breakpoints, and the names of microbiology. */
export function BenchPage() {
  const t = useText()
  const [param, setView] = useSearchParam('view')
  const view = names.find((name) => name === param) ?? 'reagents'
  const View = views[view]
  return (
    <Page title={t(`laboratory.${view}.title`)} actions={<SegmentedControl maw="calc(100vw - 24px)" style={{ overflowX: 'auto' }} aria-label={t('laboratory.bench.title')} data={names.map((value) => ({ value, label: t(`laboratory.${value}.title`) }))} value={view} onChange={setView} />}>
      <View />
    </Page>
  )
}
