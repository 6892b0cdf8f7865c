import { queryOptions } from '@tanstack/react-query'
import { people } from '#contract/people.ts'
import { client, openBlob } from '../../kernel/api.ts'
import { api } from './queries.ts'

const staff = client(people)
export type Shift = Awaited<ReturnType<typeof api.readCashierShift>>
export type ShiftLine = Awaited<ReturnType<typeof api.listCashierShifts>>['items'][number]
export type CurrentShift = Awaited<ReturnType<typeof api.currentCashierShift>>

export const currentShiftQuery = (facilityId: string) => queryOptions({ queryKey: ['billing', 'shifts', 'current', facilityId], queryFn: ({ signal }) => api.currentCashierShift({ query: { facilityId }, signal }), enabled: facilityId !== '' })
export const shiftQuery = (id: string) => queryOptions({ queryKey: ['billing', 'shifts', 'one', id], queryFn: ({ signal }) => api.readCashierShift({ params: { id }, signal }) })
export const tillSettingsQuery = (facilityId: string) => queryOptions({ queryKey: ['billing', 'shifts', 'settings', facilityId], queryFn: ({ signal }) => api.readTillSettings({ params: { id: facilityId }, signal }) })
export const everybodyQuery = (facilityId: string) => queryOptions({ queryKey: ['people', 'practitioners', 'everybody', facilityId], queryFn: ({ signal }) => staff.listPractitioners({ query: { limit: 200, isEverybody: 'true', facilityId }, signal }), staleTime: 60_000 })

export const printShift = async (id: string): Promise<void> => openBlob(await api.printCashierShift({ params: { id } }))

export const shiftTones = { open: 'good', counted: 'warn', 'in-review': 'warn', closed: 'neutral' } as const
