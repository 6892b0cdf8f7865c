import { queryOptions, useQuery } from '@tanstack/react-query'
import type { OrderableKind } from '#contract/order-catalogue.ts'
import { billing } from '#contract/billing.ts'
import { laboratory } from '#contract/laboratory.ts'
import { orders } from '#contract/orders.ts'
import { people } from '#contract/people.ts'
import { client } from '../../kernel/api.ts'
import { useAuth } from '../../kernel/auth.tsx'

export const api = client(orders)
const catalogue = client(laboratory)
const staff = client(people)
const money = client(billing)
export type Order = Awaited<ReturnType<typeof api.readOrder>>
export type Warned = Awaited<ReturnType<typeof api.placeOrder>>
export type OrderSet = Awaited<ReturnType<typeof api.readSet>>
export type Item = Awaited<ReturnType<typeof api.listItems>>['items'][number]
export type Orderable = Awaited<ReturnType<typeof api.listOrderables>>['items'][number]
export type BilledService = Awaited<ReturnType<typeof money.listServices>>['items'][number]
export type LabTest = Awaited<ReturnType<typeof catalogue.listTests>>['items'][number]

export const testsQuery = (search: string) => queryOptions({ queryKey: ['orders', 'tests', search], queryFn: ({ signal }) => catalogue.listTests({ query: { search, isActive: 'true', limit: 12 }, signal }), staleTime: 60_000 })
export const orderablesQuery = (kind: OrderableKind, search: string) => queryOptions({ queryKey: ['orders', 'orderables', kind, search], queryFn: ({ signal }) => api.listOrderables({ query: { kind, search, isActive: 'true', limit: 12 }, signal }), staleTime: 60_000 })
export const orderableQuery = (id: string) => queryOptions({ queryKey: ['orders', 'orderables', id], queryFn: ({ signal }) => api.readOrderable({ params: { id }, signal }) })
export const orderSettingsQuery = queryOptions({ queryKey: ['orders', 'settings'], queryFn: ({ signal }) => api.readOrderSettings({ signal }) })
export const servicesQuery = (search: string, facilityId: string) => queryOptions({ queryKey: ['billing', 'services', 'search', search, facilityId], queryFn: ({ signal }) => money.listServices({ query: { search, facilityId, isActive: 'true', limit: 12 }, signal }), staleTime: 60_000 })
export const ofEncounterQuery = (encounterId: string) => queryOptions({ queryKey: ['orders', 'visit', encounterId], queryFn: ({ signal }) => api.listOrders({ query: { encounterId, limit: 50 }, signal }) })
export const setsQuery = queryOptions({ queryKey: ['orders', 'sets'], queryFn: ({ signal }) => api.listSets({ query: { limit: 100 }, signal }), staleTime: 60_000 })
export const signatureCountsQuery = (facilityId: string) => queryOptions({ queryKey: ['orders', 'signatures', 'counts', facilityId], queryFn: ({ signal }) => api.countSignatures({ query: { facilityId }, signal }) })
/** What a write to an order touches. */
export const touched = [['orders'], ['laboratory'], ['encounters'], ['billing']]

/** Who may give an order by word of mouth; the same cache as everywhere. */
export function usePractitionerChoices(): { value: string; label: string }[] {
  const { facilityId } = useAuth()
  const query = useQuery({ queryKey: ['people', 'practitioners', facilityId], queryFn: ({ signal }) => staff.listPractitioners({ query: { facilityId, limit: 200 }, signal }), staleTime: 600_000 })
  return (query.data?.items ?? []).map((one) => ({ value: one.id, label: [one.title, one.name].filter(Boolean).join(' ') }))
}
