import { queryOptions } from '@tanstack/react-query'
import { billing, type Invoice } from '#contract/billing.ts'
import type { Money } from '#contract/common/values.ts'
import { encounters } from '#contract/encounters.ts'
import { client, openBlob } from '../../kernel/api.ts'
import { queryClient } from '../../kernel/query.ts'

export const api = client(billing)
const visits = client(encounters)
export type Service = Awaited<ReturnType<typeof api.readService>>
export type Charge = Awaited<ReturnType<typeof api.addCharge>>
export type Bill = Awaited<ReturnType<typeof api.readInvoice>>
export type BillLine = Bill['lines'][number]
export type CreditNote = Awaited<ReturnType<typeof api.creditInvoice>>
export type Deposit = Awaited<ReturnType<typeof api.takeDeposit>>
export type Rule = Awaited<ReturnType<typeof api.createChargeRule>>
export type { Invoice, Money }

export const billQuery = (id: string) => queryOptions({ queryKey: ['billing', 'bill', id], queryFn: ({ signal }) => api.readInvoice({ params: { id }, signal }), enabled: id !== '' })
export const billsQuery = (filter: { patientId?: string; encounterId?: string }) => queryOptions({ queryKey: ['billing', 'bills', filter], queryFn: ({ signal }) => api.listInvoices({ query: { ...filter, limit: 50 }, signal }) })
export const openBillsQuery = (facilityId: string, state: 'draft' | 'issued' | 'part-paid') => queryOptions({ queryKey: ['billing', 'open', facilityId, state], queryFn: ({ signal }) => api.listInvoices({ query: { facilityId, state, limit: 25 }, signal }), refetchInterval: 30_000 })
export const chargesQuery = (filter: { patientId?: string; encounterId?: string }) => queryOptions({ queryKey: ['billing', 'charges', filter], queryFn: ({ signal }) => api.listCharges({ query: { ...filter, state: 'open', limit: 100 }, signal }) })
/** Charges on no bill yet of every visit, for the list of those who wait. */
export const unbilledQuery = () => queryOptions({ queryKey: ['billing', 'charges', 'unbilled'], queryFn: ({ signal }) => api.listCharges({ query: { state: 'open', limit: 200 }, signal }), refetchInterval: 30_000 })
/** All charges behind a bill, to say where a line comes from. */
export const sourcesQuery = (filter: { patientId?: string; encounterId?: string }) => queryOptions({ queryKey: ['billing', 'charges', 'sources', filter], queryFn: ({ signal }) => api.listCharges({ query: { ...filter, limit: 200 }, signal }) })
export const visitQuery = (id: string) => queryOptions({ queryKey: ['encounters', id], queryFn: ({ signal }) => visits.read({ params: { id }, signal }), enabled: id !== '' })
export const creditNotesQuery = (invoiceId: string) => queryOptions({ queryKey: ['billing', 'credit-notes', invoiceId], queryFn: ({ signal }) => api.listCreditNotes({ query: { invoiceId, limit: 100 }, signal }) })
export const pricesQuery = (id: string) => queryOptions({ queryKey: ['billing', 'services', 'prices', id], queryFn: ({ signal }) => api.listPrices({ params: { id }, signal }) })
export const categoriesQuery = () => queryOptions({ queryKey: ['billing', 'services', 'categories'], queryFn: ({ signal }) => api.listServices({ query: { limit: 200 }, signal }), select: ({ items }) => [...new Set(items.map((one) => one.category).filter((one) => one !== ''))].toSorted(), staleTime: 60_000 })
export const depositsQuery = (patientId: string) => queryOptions({ queryKey: ['billing', 'deposits', patientId], queryFn: ({ signal }) => api.listDeposits({ query: { patientId }, signal }) })
export const paymentsQuery = (invoiceId: string) => queryOptions({ queryKey: ['billing', 'payments', invoiceId], queryFn: ({ signal }) => api.listPayments({ query: { invoiceId, limit: 100 }, signal }) })
export const servicesQuery = (search: string, facilityId: string) => queryOptions({ queryKey: ['billing', 'services', 'search', search, facilityId], queryFn: ({ signal }) => api.listServices({ query: { search, facilityId, isActive: 'true', limit: 12 }, signal }), staleTime: 60_000 })

/** Everything about money is asked again after a write: amounts are never added up in the browser. */
export const touched = [['billing']]

export const printBill = async (id: string, copy: 'original' | 'duplicate' = 'original'): Promise<void> => openBlob(await api.printInvoice({ params: { id }, query: { copy } }))
export const printReceipt = async (id: string): Promise<void> => openBlob(await api.printReceipt({ params: { id } }))
export const printCreditNote = async (id: string): Promise<void> => openBlob(await api.printCreditNote({ params: { id } }))

const saving = new Map<string, Promise<unknown>>()

/** Saves a draft; a step that follows waits for it by `savedDraft`, so that it acts on the newest version. */
export function saveDraft(id: string, save: () => Promise<Bill>): Promise<Bill> {
  const going = save().then((changed) => {
    queryClient.setQueryData(billQuery(id).queryKey, changed)
    return changed
  })
  saving.set(id, going.catch(() => undefined))
  return going
}

export const savedDraft = (id: string): Promise<unknown> => saving.get(id) ?? Promise.resolve()
