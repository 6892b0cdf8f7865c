import { queryOptions } from '@tanstack/react-query'
import { alerts } from '#contract/alerts.ts'
import { client } from '../../kernel/api.ts'

export const api = client(alerts)
export type Alert = Awaited<ReturnType<typeof api.listAlerts>>['items'][number]
export type AlertWhole = Awaited<ReturnType<typeof api.readAlert>>

export type Rule = Awaited<ReturnType<typeof api.listRules>>['items'][number]

export const alertQuery = (id: string) => queryOptions({ queryKey: ['alerts', 'one', id], queryFn: ({ signal }) => api.readAlert({ params: { id }, signal }) })
