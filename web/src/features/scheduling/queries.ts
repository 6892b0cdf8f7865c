import { queryOptions, useQuery } from '@tanstack/react-query'
import { encounters } from '#contract/encounters.ts'
import { people } from '#contract/people.ts'
import { scheduling, type Appointment } from '#contract/scheduling.ts'
import { client } from '../../kernel/api.ts'
import { useAuth } from '../../kernel/auth.tsx'
import { useSearchParam } from '../../kernel/routing.tsx'

export const api = client(scheduling)
export const visits = client(encounters)
const staff = client(people)
export type { Appointment }
export type QueueItem = Awaited<ReturnType<typeof api.queue>>['items'][number]
export type Slot = Awaited<ReturnType<typeof api.listSlots>>['items'][number]
export type Schedule = Awaited<ReturnType<typeof api.readSchedule>>
export type Waiting = Awaited<ReturnType<typeof api.listWaiting>>['items'][number]
export type NewWaiting = Awaited<ReturnType<typeof api.wait>>

const mostPages = 10
const pageSize = 200

interface Range {
  facilityId: string
  practitionerId?: string
  from: string
  to: string
}

/** Every appointment of a range; a calendar has no pages. */
async function everyAppointment(range: Range, signal: AbortSignal): Promise<Appointment[]> {
  const items: Appointment[] = []
  let cursor: string | undefined
  for (let page = 0; page < mostPages; page += 1) {
    const answer = await api.list({ query: { ...range, limit: pageSize, cursor }, signal })
    items.push(...answer.items)
    if (answer.nextCursor === null) break
    cursor = answer.nextCursor
  }
  return items
}

export const rangeQuery = (range: Range) => queryOptions({ queryKey: ['scheduling', 'range', range], queryFn: ({ signal }) => everyAppointment(range, signal), refetchInterval: 30_000 })
export const slotsQuery = (range: Required<Range> & { visitType?: Appointment['visitType'] }) => queryOptions({ queryKey: ['scheduling', 'slots', range], queryFn: ({ signal }) => api.listSlots({ query: range, signal }), enabled: range.practitionerId !== '' && range.from !== '' })
export const appointmentQuery = (id: string) => queryOptions({ queryKey: ['scheduling', 'appointment', id], queryFn: ({ signal }) => api.read({ params: { id }, signal }), enabled: id !== '' })
export const scheduleQuery = (id: string, facilityId: string) => queryOptions({ queryKey: ['scheduling', 'schedule', id, facilityId], queryFn: ({ signal }) => api.readSchedule({ params: { id }, query: { facilityId }, signal }), enabled: id !== '' })
export const queueQuery = (facilityId: string, practitionerId: string | undefined) => queryOptions({ queryKey: ['scheduling', 'queue', facilityId, practitionerId], queryFn: ({ signal }) => api.queue({ query: { facilityId, practitionerId }, signal }), refetchInterval: 15_000 })
export const boardQuery = (facilityId: string) => queryOptions({ queryKey: ['scheduling', 'board', facilityId], queryFn: ({ signal }) => api.board({ query: { facilityId }, signal }), refetchInterval: 5000, refetchIntervalInBackground: true, staleTime: 0 })

/** Who sees patients in this facility. */
export function usePractitioners() {
  const { facilityId } = useAuth()
  const query = useQuery({ queryKey: ['people', 'practitioners', facilityId], queryFn: ({ signal }) => staff.listPractitioners({ query: { facilityId, limit: 200 }, signal }), staleTime: 600_000 })
  const items = query.data?.items ?? []
  return { items, isPending: query.isPending, nameOf: (id: string | null) => items.find((one) => one.id === id)?.name ?? '' }
}

export const everybody = 'all'

/** The practitioner in the URL; a practitioner sees the own list first. */
export function usePractitionerParam(): [string | undefined, (value: string | undefined) => void] {
  const { me } = useAuth()
  const [param, set] = useSearchParam('practitioner')
  const own = me.user.isPractitioner ? me.user.id : undefined
  return [param === everybody ? undefined : (param ?? own), (value) => set(value ?? everybody)]
}
