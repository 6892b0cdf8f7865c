import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { patients } from '#contract/patients.ts'
import { patientCleaning } from '#contract/patients-cleaning.ts'
import { patientFinding } from '#contract/patients-finding.ts'
import { client } from '../../kernel/api.ts'

export const api = client(patients)
export const finding = client(patientFinding)
export const cleaning = client(patientCleaning)
export type ListEntry = Awaited<ReturnType<typeof api.listEntries>>['items'][number]
export type Relation = Awaited<ReturnType<typeof api.listRelations>>['items'][number]
export type DuplicatePair = Awaited<ReturnType<typeof api.duplicates>>['items'][number]

export const entriesQuery = (id: string) => queryOptions({ queryKey: ['patients', id, 'lists'], queryFn: ({ signal }) => api.listEntries({ params: { id }, signal }) })
export const relationsQuery = (id: string) => queryOptions({ queryKey: ['patients', id, 'relations'], queryFn: ({ signal }) => api.listRelations({ params: { id }, signal }) })
export const timelineQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['patients', id, 'timeline'],
    queryFn: ({ pageParam, signal }) => api.timeline({ params: { id }, query: { limit: 50, ...(pageParam === '' ? {} : { cursor: pageParam }) }, signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  })

export const savedSearchesQuery = queryOptions({ queryKey: ['patients', 'saved-searches'], queryFn: ({ signal }) => finding.savedSearches({ signal }) })
export const findingCountsQuery = queryOptions({ queryKey: ['patients', 'findings', 'counts'], queryFn: ({ signal }) => cleaning.findingCounts({ signal }) })
