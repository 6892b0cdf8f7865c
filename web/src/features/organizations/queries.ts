import { queryOptions } from '@tanstack/react-query'
import { organizations } from '#contract/organizations.ts'
import { client } from '../../kernel/api.ts'

export const api = client(organizations)
export type Facility = Awaited<ReturnType<typeof api.readFacility>>
export type Department = Awaited<ReturnType<typeof api.listDepartments>>['items'][number]

export const facilityQuery = (id: string) => queryOptions({ queryKey: ['organizations', 'facilities', id], queryFn: () => api.readFacility({ params: { id } }) })
export const departmentsQuery = (facilityId: string) => queryOptions({ queryKey: ['organizations', 'departments', facilityId], queryFn: () => api.listDepartments({ query: { facilityId, limit: 200 } }) })
