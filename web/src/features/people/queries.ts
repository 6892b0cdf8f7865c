import { queryOptions } from '@tanstack/react-query'
import { people } from '#contract/people.ts'
import { client } from '../../kernel/api.ts'

export const api = client(people)

export const factorsQuery = queryOptions({ queryKey: ['people', 'factors'], queryFn: () => api.listFactors({}) })
export const settingsQuery = queryOptions({ queryKey: ['people', 'sign-in-settings'], queryFn: () => api.readSignInSettings({}) })
export const userQuery = (id: string) => queryOptions({ queryKey: ['people', 'users', id], queryFn: () => api.readUser({ params: { id } }) })
export const rolesQuery = queryOptions({ queryKey: ['people', 'roles'], queryFn: () => api.listRoles({ query: { limit: 200 } }) })
export const membershipsQuery = (userId: string) => queryOptions({ queryKey: ['people', 'memberships', userId], queryFn: () => api.listMemberships({ query: { userId, limit: 200 } }) })
export const providerQuery = (id: string) => queryOptions({ queryKey: ['people', 'providers', id], queryFn: () => api.readProvider({ params: { id } }) })
export const pinQuery = queryOptions({ queryKey: ['people', 'pin'], queryFn: () => api.readPin({}) })
export const originsQuery = queryOptions({ queryKey: ['people', 'origins'], queryFn: () => api.readOrigins({}) })
