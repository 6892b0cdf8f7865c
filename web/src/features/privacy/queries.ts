import { queryOptions } from '@tanstack/react-query'
import { privacy } from '#contract/privacy.ts'
import { client } from '../../kernel/api.ts'

export const api = client(privacy)
export type { Affected, Breach, BreachSummary, Duty, ErasurePart, PrivacyRequest } from '#contract/privacy.ts'
export type Hold = Awaited<ReturnType<typeof api.placeHold>>
export type PatientExport = Awaited<ReturnType<typeof api.createExport>>

export const breachQuery = (id: string) => queryOptions({ queryKey: ['privacy', 'breach', id], queryFn: ({ signal }) => api.readBreach({ params: { id }, signal }) })
export const requestQuery = (id: string) => queryOptions({ queryKey: ['privacy', 'request', id], queryFn: ({ signal }) => api.readRequest({ params: { id }, signal }) })
export const erasureQuery = (id: string) => queryOptions({ queryKey: ['privacy', 'erasure', id], queryFn: ({ signal }) => api.previewErasure({ params: { id }, signal }) })
