import { queryOptions } from '@tanstack/react-query'
import { alerts } from '#contract/alerts.ts'
import { client } from '../../kernel/api.ts'

export const api = client(alerts)
export type Alert = Awaited<ReturnType<typeof api.listAlerts>>['items'][number]
export type AlertWhole = Awaited<ReturnType<typeof api.readAlert>>

export type Rule = Awaited<ReturnType<typeof api.listRules>>['items'][number]

/** Asked again each half minute, besides at once when this hospital's alerts change: the wire may be down. */
export const waitingQuery = queryOptions({ queryKey: ['alerts', 'waiting'], queryFn: ({ signal }) => api.waitingAlerts({ signal }), refetchInterval: 30_000 })

export const openOfQuery = (patientId: string) => queryOptions({ queryKey: ['alerts', 'of', patientId], queryFn: ({ signal }) => api.listAlerts({ query: { patientId, isOpen: 'true', limit: 50 }, signal }) })

export const alertQuery = (id: string) => queryOptions({ queryKey: ['alerts', 'one', id], queryFn: ({ signal }) => api.readAlert({ params: { id }, signal }) })
