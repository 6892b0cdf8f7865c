import { queryOptions } from '@tanstack/react-query'
import { alerts } from '#contract/alerts.ts'
import { people } from '#contract/people.ts'
import { client } from '../../kernel/api.ts'

export const api = client(alerts)
const staff = client(people)
export type Alert = Awaited<ReturnType<typeof api.listAlerts>>['items'][number]
export type AlertWhole = Awaited<ReturnType<typeof api.readAlert>>

export type Rule = Awaited<ReturnType<typeof api.listRules>>['items'][number]

/** Asked again each half minute, besides at once when this hospital's alerts change: the wire may be down. */
export const waitingQuery = queryOptions({ queryKey: ['alerts', 'waiting'], queryFn: ({ signal }) => api.waitingAlerts({ signal }), refetchInterval: 30_000 })

/** Withdrawn since one was told, and not seen. */
export const withdrawnQuery = queryOptions({ queryKey: ['alerts', 'withdrawn'], queryFn: ({ signal }) => api.listAlerts({ query: { isWithdrawalNew: 'true', limit: 50 }, signal }), refetchInterval: 30_000 })

/** Everybody who works in a facility. */
export const staffQuery = (facilityId: string) => queryOptions({ queryKey: ['people', 'practitioners', 'everybody', facilityId], queryFn: ({ signal }) => staff.listPractitioners({ query: { facilityId, limit: 200, isEverybody: 'true' }, signal }), staleTime: 60_000 })

export const openOfQuery = (patientId: string) => queryOptions({ queryKey: ['alerts', 'of', patientId], queryFn: ({ signal }) => api.listAlerts({ query: { patientId, isOpen: 'true', limit: 50 }, signal }) })

export const alertQuery = (id: string) => queryOptions({ queryKey: ['alerts', 'one', id], queryFn: ({ signal }) => api.readAlert({ params: { id }, signal }) })
