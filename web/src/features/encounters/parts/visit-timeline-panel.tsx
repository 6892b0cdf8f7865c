import { useQuery } from '@tanstack/react-query'
import type { Encounter } from '../../../kernel/features.ts'
import { Loaded } from '../../../ui/states.tsx'
import { Timeline } from '../../../ui/timeline.tsx'
import { visitTimelineQuery } from '../queries.ts'

/** What happened in this visit. */
export function VisitTimelinePanel({ encounter }: { encounter: Encounter }) {
  const query = useQuery(visitTimelineQuery(encounter.id))
  return <Loaded query={query}>{({ items }) => <Timeline items={items} />}</Loaded>
}
