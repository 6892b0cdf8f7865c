import { queryOptions, useQuery } from '@tanstack/react-query'
import { encounters } from '#contract/encounters.ts'
import { patients } from '#contract/patients.ts'
import { people } from '#contract/people.ts'
import { client } from '../../kernel/api.ts'
import { useAuth } from '../../kernel/auth.tsx'

export const api = client(encounters)
const staff = client(people)
const records = client(patients)
export type Visit = Awaited<ReturnType<typeof api.read>>
export type ListedVisit = Awaited<ReturnType<typeof api.list>>['items'][number]
export type Task = Awaited<ReturnType<typeof api.listTasks>>['items'][number]
export type NewTask = Awaited<ReturnType<typeof api.createTask>>

export const visitQuery = (id: string) => queryOptions({ queryKey: ['encounters', id], queryFn: ({ signal }) => api.read({ params: { id }, signal }) })
export const visitTimelineQuery = (id: string) => queryOptions({ queryKey: ['encounters', id, 'timeline'], queryFn: ({ signal }) => api.timeline({ params: { id }, signal }) })
/** All kinds when none is named: more are asked for then, as single readings are left out of them. */
export const historyQuery = (patientId: string, kind = '') => queryOptions({ queryKey: ['encounters', 'history', patientId, kind], queryFn: ({ signal }) => records.timeline({ params: { id: patientId }, query: kind === '' ? { limit: 100 } : { limit: 25, kind }, signal }) })
export const tasksQuery = (patientId: string) => queryOptions({ queryKey: ['encounters', 'tasks', 'of', patientId], queryFn: ({ signal }) => api.listTasks({ query: { patientId }, signal }) })

/** Who sees patients here, as choices; the same cache as everywhere. */
export function usePractitionerChoices(): { value: string; label: string }[] {
  const { facilityId } = useAuth()
  const query = useQuery({ queryKey: ['people', 'practitioners', facilityId], queryFn: ({ signal }) => staff.listPractitioners({ query: { facilityId, limit: 200 }, signal }), staleTime: 600_000 })
  return (query.data?.items ?? []).map((one) => ({ value: one.id, label: [one.title, one.name].filter(Boolean).join(' ') }))
}
