import { queryOptions } from '@tanstack/react-query'
import { pharmacy } from '#contract/pharmacy.ts'
import { client, openBlob } from '../../kernel/api.ts'

export const api = client(pharmacy)
export type Sale = Awaited<ReturnType<typeof api.readSale>>
export type Quote = Awaited<ReturnType<typeof api.quoteSale>>
export type ReturnQuote = Awaited<ReturnType<typeof api.quoteReturn>>
export type Dispense = Awaited<ReturnType<typeof api.readDispense>>
export type DueDose = Awaited<ReturnType<typeof api.listUnitDoses>>['items'][number]
export type WardPaper = Awaited<ReturnType<typeof api.readWardDocument>>
export type ControlledDrug = Awaited<ReturnType<typeof api.listControlled>>['items'][number]
export type Preparation = Awaited<ReturnType<typeof api.readPreparation>>
export type Formula = Awaited<ReturnType<typeof api.writeFormula>>

export const saleQuery = (id: string) => queryOptions({ queryKey: ['pharmacy', 'sale', id], queryFn: ({ signal }) => api.readSale({ params: { id }, signal }) })
export const dispenseQuery = (id: string) => queryOptions({ queryKey: ['pharmacy', 'dispense', id], queryFn: ({ signal }) => api.readDispense({ params: { id }, signal }) })
export const wardQuery = (id: string) => queryOptions({ queryKey: ['pharmacy', 'ward-document', id], queryFn: ({ signal }) => api.readWardDocument({ params: { id }, signal }) })
export const controlledQuery = (storeId: string) => queryOptions({ queryKey: ['pharmacy', 'controlled', storeId], queryFn: ({ signal }) => api.listControlled({ params: { id: storeId }, signal }) })
export const preparationQuery = (id: string) => queryOptions({ queryKey: ['pharmacy', 'preparation', id], queryFn: ({ signal }) => api.readPreparation({ params: { id }, signal }) })
export const versionsQuery = (itemId: string) => queryOptions({ queryKey: ['pharmacy', 'formulas', itemId], queryFn: ({ signal }) => api.listFormulas({ query: { itemId, limit: 100 }, signal }) })
export const formulasQuery = () => queryOptions({ queryKey: ['pharmacy', 'formulas'], queryFn: ({ signal }) => api.listFormulas({ query: { limit: 100 }, signal }) })

export const touched = [['pharmacy'], ['inventory'], ['medications'], ['billing']]
export const printReceipt = async (id: string, copy: 'original' | 'duplicate' = 'original'): Promise<void> => openBlob(await api.printSale({ params: { id }, query: { copy } }))
export const printLabels = async (id: string): Promise<void> => openBlob(await api.printLabels({ params: { id } }))
export const printBatchRecord = async (id: string): Promise<void> => openBlob(await api.printPreparation({ params: { id } }))
export const printBatchLabel = async (id: string): Promise<void> => openBlob(await api.printPreparationLabel({ params: { id } }))
