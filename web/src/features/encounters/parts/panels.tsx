import { lazy, Suspense, type ComponentType } from 'react'
import { Accordion, Box, Stack } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { features, type Encounter, type EncounterPanel } from '../../../kernel/features.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { ErrorBoundary } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { Section } from '../../../ui/page.tsx'
import { Loading } from '../../../ui/states.tsx'
import styles from './visit.module.css'

type Panel = ComponentType<{ encounter: Encounter }>
const made = new Map<EncounterPanel, Panel>()
/** One lazy component a panel, kept, so that a panel does not start again when the page renders. */
function componentOf(panel: EncounterPanel): Panel {
  const known = made.get(panel) ?? lazy(async () => ({ default: await panel.load() }))
  made.set(panel, known)
  return known
}

function Content({ panel, encounter }: { panel: EncounterPanel; encounter: Encounter }) {
  const Shown = componentOf(panel)
  return (
    <ErrorBoundary>
      <Suspense fallback={<Loading rows={3} />}>
        <Shown encounter={encounter} />
      </Suspense>
    </ErrorBoundary>
  )
}

interface ColumnProps {
  panels: EncounterPanel[]
  encounter: Encounter
}

function Column({ panels, encounter }: ColumnProps) {
  const t = useText()
  return (
    <Stack gap="md" miw={0}>
      {panels.map((panel) => (
        <Box key={panel.value} id={`panel-${panel.value}`} className={styles.panel}>
          <Section title={t(panel.labelKey)}>
            <Content panel={panel} encounter={encounter} />
          </Section>
        </Box>
      ))}
    </Stack>
  )
}

/** On a phone what is known folds away, so that the work comes first. */
function Folded({ panels, encounter }: ColumnProps) {
  const t = useText()
  return (
    <Accordion multiple variant="separated" keepMounted={false}>
      {panels.map((panel) => (
        <Accordion.Item key={panel.value} value={panel.value} id={`panel-${panel.value}`}>
          <Accordion.Control>{t(panel.labelKey)}</Accordion.Control>
          <Accordion.Panel>
            <Content panel={panel} encounter={encounter} />
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  )
}

/** What the features give to the consultation: known beside, work in the middle, what comes next at the end. */
export function Panels({ encounter }: { encounter: Encounter }) {
  const { can } = useAuth()
  const isNarrow = useMediaQuery('(max-width: 48em)') ?? false
  const all = features()
    .flatMap((feature) => feature.encounterPanels ?? [])
    .filter((panel) => can(panel.permission))
    .toSorted((a, b) => a.order - b.order)
  const at = (place: EncounterPanel['place']) => all.filter((panel) => panel.place === place)
  const Known = isNarrow ? Folded : Column
  return (
    <div className={styles.columns}>
      <div className={styles.known}>
        <Known panels={at('known')} encounter={encounter} />
      </div>
      <div className={styles.work}>
        <Column panels={at('work')} encounter={encounter} />
      </div>
      <div className={styles.next}>
        <Column panels={at('next')} encounter={encounter} />
      </div>
    </div>
  )
}
