import { queryOptions } from '@tanstack/react-query'
import { assets } from '#contract/assets.ts'
import { organizations } from '#contract/organizations.ts'
import { people } from '#contract/people.ts'
import { client } from '../../kernel/api.ts'

export const api = client(assets)
const places = client(organizations)
const staff = client(people)
export type Asset = Awaited<ReturnType<typeof api.readAsset>>
export type Category = Awaited<ReturnType<typeof api.listCategories>>['items'][number]
export type Plan = Awaited<ReturnType<typeof api.listPlans>>['items'][number]
export type Round = Awaited<ReturnType<typeof api.readRound>>

export const assetQuery = (id: string) => queryOptions({ queryKey: ['assets', 'asset', id], queryFn: ({ signal }) => api.readAsset({ params: { id }, signal }) })
export const categoriesQuery = () => queryOptions({ queryKey: ['assets', 'categories', 'all'], queryFn: ({ signal }) => api.listCategories({ query: { isActive: 'true', limit: 200 }, signal }), staleTime: 60_000 })
export const booksQuery = (facilityId: string) => queryOptions({ queryKey: ['assets', 'books', facilityId], queryFn: ({ signal }) => api.readBooks({ query: { facilityId }, signal }) })
export const roundQuery = (id: string) => queryOptions({ queryKey: ['assets', 'round', id], queryFn: ({ signal }) => api.readRound({ params: { id }, signal }) })
export const departmentsQuery = (facilityId: string) => queryOptions({ queryKey: ['organizations', 'departments', facilityId], queryFn: ({ signal }) => places.listDepartments({ query: { facilityId, limit: 200 }, signal }), staleTime: 60_000 })
export const staffQuery = () => queryOptions({ queryKey: ['people', 'users', 'active'], queryFn: ({ signal }) => staff.listUsers({ query: { isActive: 'true', limit: 200 }, signal }), staleTime: 60_000 })

/** Every list and card of assets is asked again after a write. */
export const touched = [['assets'], ['inventory'], ['encounters']]
