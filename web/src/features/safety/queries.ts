import { queryOptions } from '@tanstack/react-query'
import { safety } from '#contract/safety.ts'
import { client } from '../../kernel/api.ts'

export const api = client(safety)
export type Counted = Awaited<ReturnType<typeof api.countOverrides>>['items'][number]
export type InteractionList = Awaited<ReturnType<typeof api.listInteractionLists>>['items'][number]

export const countsQuery = () => queryOptions({ queryKey: ['safety', 'counts'], queryFn: ({ signal }) => api.countOverrides({ signal }) })
export const touched = [['safety']]
