import { queryOptions } from '@tanstack/react-query'
import { inventory } from '#contract/inventory.ts'
import { people } from '#contract/people.ts'
import { client } from '../../kernel/api.ts'

export const api = client(inventory)
const staff = client(people)
export type Item = Awaited<ReturnType<typeof api.readItem>>
export type Contents = Awaited<ReturnType<typeof api.readContents>>
export type Store = Awaited<ReturnType<typeof api.readStore>>
export type Lot = Awaited<ReturnType<typeof api.readLot>>
export type Transfer = Awaited<ReturnType<typeof api.readTransfer>>
export type Shortage = Awaited<ReturnType<typeof api.listShortages>>['items'][number]
export type Document = Awaited<ReturnType<typeof api.readDocument>>
export type Level = Awaited<ReturnType<typeof api.listLevels>>['items'][number]
export type TopUp = Awaited<ReturnType<typeof api.proposeTopUp>>
export type StockCount = Awaited<ReturnType<typeof api.readCount>>
export type Vendor = Awaited<ReturnType<typeof api.readVendor>>
export type Manufacturer = Awaited<ReturnType<typeof api.createManufacturer>>
export type StockAlert = Awaited<ReturnType<typeof api.listStockAlerts>>['items'][number]
export type Movement = Awaited<ReturnType<typeof api.listMovements>>['items'][number]
export type StockLine = Awaited<ReturnType<typeof api.listStock>>['items'][number]

export const storesQuery = () => queryOptions({ queryKey: ['inventory', 'stores'], queryFn: ({ signal }) => api.listStores({ query: { limit: 200 }, signal }), staleTime: 60_000 })
export const itemsQuery = (search: string) => queryOptions({ queryKey: ['inventory', 'items', 'search', search], queryFn: ({ signal }) => api.listItems({ query: { search, isActive: 'true', limit: 12 }, signal }), staleTime: 30_000 })
export const itemQuery = (id: string) => queryOptions({ queryKey: ['inventory', 'item', id], queryFn: ({ signal }) => api.readItem({ params: { id }, signal }), enabled: id !== '' })
export const vendorsQuery = () => queryOptions({ queryKey: ['inventory', 'vendors', 'all'], queryFn: ({ signal }) => api.listVendors({ query: { limit: 200 }, signal }), staleTime: 60_000 })
export const transferQuery = (id: string) => queryOptions({ queryKey: ['inventory', 'transfer', id], queryFn: ({ signal }) => api.readTransfer({ params: { id }, signal }) })
export const countQuery = (id: string) => queryOptions({ queryKey: ['inventory', 'count', id], queryFn: ({ signal }) => api.readCount({ params: { id }, signal }) })

export const topUpQuery = (to: string, from: string) => queryOptions({ queryKey: ['inventory', 'top-up', to, from], queryFn: ({ signal }) => api.proposeTopUp({ params: { id: to }, query: { fromStoreId: from }, signal }), enabled: to !== '' && from !== '' && to !== from })

export const lotQuery = (id: string) => queryOptions({ queryKey: ['inventory', 'lot', id], queryFn: ({ signal }) => api.readLot({ params: { id }, signal }) })
export const lotTones = { available: 'good', quarantined: 'warn', recalled: 'bad' } as const
export const colleaguesQuery = (facilityId?: string) => queryOptions({ queryKey: ['people', 'practitioners', 'everybody', facilityId ?? ''], queryFn: ({ signal }) => staff.listPractitioners({ query: { limit: 200, isEverybody: 'true', ...(facilityId === undefined ? {} : { facilityId }) }, signal }), staleTime: 60_000 })


/** Every number of stock is asked again after a write. */
export const touched = [['inventory']]
