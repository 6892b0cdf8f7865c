import { SimpleGrid } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useText } from '../../../kernel/i18n.ts'
import { Section } from '../../../ui/page.tsx'
import { Empty, Loading } from '../../../ui/states.tsx'
import { Timeline } from '../../../ui/timeline.tsx'
import { timelineQuery } from '../queries.ts'
import { ListCard } from './list-card.tsx'

const recent = 8

/** What one needs to know before the first word. */
export function OverviewTab({ patientId }: { patientId: string }) {
  const t = useText()
  const query = useInfiniteQuery(timelineQuery(patientId))
  const items = query.data?.pages[0]?.items.slice(0, recent) ?? []
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
      <ListCard patientId={patientId} kind="allergy" />
      <ListCard patientId={patientId} kind="problem" />
      <ListCard patientId={patientId} kind="medication" />
      <Section title={t('patients.tab.timeline')}>{query.isPending ? <Loading rows={3} /> : query.isSuccess && items.length === 0 ? <Empty title={t('patients.timeline.empty')} /> : <Timeline items={items} />}</Section>
    </SimpleGrid>
  )
}
