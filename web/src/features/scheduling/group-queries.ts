import { queryOptions, useQuery } from '@tanstack/react-query'
import type { Enrolment, GroupSession } from '#contract/scheduling-groups.ts'
import { openBlob } from '../../kernel/api.ts'
import { useAuth } from '../../kernel/auth.tsx'
import { api } from './queries.ts'

export type { Enrolment, GroupSession }
export type Room = Awaited<ReturnType<typeof api.listRooms>>['items'][number]
export type Planned = Awaited<ReturnType<typeof api.addSessions>>
export type Enrolled = Awaited<ReturnType<typeof api.enrol>>

const mostPages = 10

/** Every page of a list that is shown as one. */
async function everyPage<Item>(load: (cursor: string | undefined) => Promise<{ items: Item[]; nextCursor: string | null }>): Promise<Item[]> {
  const items: Item[] = []
  let cursor: string | undefined
  for (let page = 0; page < mostPages; page += 1) {
    const answer = await load(cursor)
    items.push(...answer.items)
    if (answer.nextCursor === null) break
    cursor = answer.nextCursor
  }
  return items
}

interface Range {
  facilityId: string
  practitionerId: string
  from: string
  to: string
}

export const groupRangeQuery = (range: Range) => queryOptions({ queryKey: ['scheduling', 'groups', range], queryFn: ({ signal }) => everyPage((cursor) => api.listSessions({ query: { ...range, limit: 200, cursor }, signal })), refetchInterval: 30_000 })
export const sessionQuery = (id: string) => queryOptions({ queryKey: ['scheduling', 'group', id], queryFn: ({ signal }) => api.readSession({ params: { id }, signal }), enabled: id !== '' })
export const enrolmentsQuery = (id: string) => queryOptions({ queryKey: ['scheduling', 'group', id, 'people'], queryFn: ({ signal }) => everyPage((cursor) => api.listEnrolments({ params: { id }, query: { limit: 200, cursor }, signal })), enabled: id !== '' })
export const courseQuery = (session: GroupSession) => queryOptions({ queryKey: ['scheduling', 'course', session.courseId], queryFn: ({ signal }) => everyPage((cursor) => api.listSessions({ query: { courseId: session.courseId, facilityId: session.facilityId, limit: 200, cursor }, signal })) })
export const printAttendance = async (id: string): Promise<void> => openBlob(await api.printAttendance({ params: { id } }))

/** Rooms of this facility. */
export function useRooms() {
  const { facilityId } = useAuth()
  const query = useQuery({ queryKey: ['scheduling', 'rooms', facilityId, 'all'], queryFn: ({ signal }) => everyPage((cursor) => api.listRooms({ query: { facilityId, limit: 200, cursor }, signal })), staleTime: 60_000 })
  return (query.data ?? []).filter((room) => room.isActive)
}
