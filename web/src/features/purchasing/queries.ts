import { queryOptions } from '@tanstack/react-query'
import { purchasing } from '#contract/purchasing.ts'
import { client, openBlob } from '../../kernel/api.ts'

export const api = client(purchasing)
export type Order = Awaited<ReturnType<typeof api.readOrder>>
export type Receipt = Awaited<ReturnType<typeof api.readReceipt>>
export type Requisition = Awaited<ReturnType<typeof api.listRequisitions>>['items'][number]
export type Quote = Awaited<ReturnType<typeof api.compareQuotations>>['items'][number]
export type Suggestion = Awaited<ReturnType<typeof api.suggestOrders>>['items'][number]

export const orderQuery = (id: string) => queryOptions({ queryKey: ['purchasing', 'order', id], queryFn: ({ signal }) => api.readOrder({ params: { id }, signal }) })
export const receiptQuery = (id: string) => queryOptions({ queryKey: ['purchasing', 'receipt', id], queryFn: ({ signal }) => api.readReceipt({ params: { id }, signal }) })

export const billTones = { matched: 'good', disputed: 'bad', approved: 'info' } as const

export const touched = [['purchasing'], ['inventory']]
export const printOrder = async (id: string): Promise<void> => openBlob(await api.printOrder({ params: { id } }))
