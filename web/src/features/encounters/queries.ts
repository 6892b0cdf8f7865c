import { useQuery } from '@tanstack/react-query'
import { encounters } from '#contract/encounters.ts'
import { people } from '#contract/people.ts'
import { client } from '../../kernel/api.ts'
import { useAuth } from '../../kernel/auth.tsx'

export const api = client(encounters)
const staff = client(people)
export type Visit = Awaited<ReturnType<typeof api.read>>
export type Task = Awaited<ReturnType<typeof api.listTasks>>['items'][number]

/** Who sees patients here, as choices; the same cache as everywhere. */
export function usePractitionerChoices(): { value: string; label: string }[] {
  const { facilityId } = useAuth()
  const query = useQuery({ queryKey: ['people', 'practitioners', facilityId], queryFn: ({ signal }) => staff.listPractitioners({ query: { facilityId, limit: 200 }, signal }), staleTime: 600_000 })
  return (query.data?.items ?? []).map((one) => ({ value: one.id, label: [one.title, one.name].filter(Boolean).join(' ') }))
}
