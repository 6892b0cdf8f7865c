import { queryOptions } from '@tanstack/react-query'
import { billing } from '#contract/billing.ts'
import { instruments } from '#contract/instruments.ts'
import { inventory } from '#contract/inventory.ts'
import { laboratory } from '#contract/laboratory.ts'
import { patients } from '#contract/patients.ts'
import { people } from '#contract/people.ts'
import { client, openBlob } from '../../kernel/api.ts'

export const api = client(laboratory)
export const lines = client(instruments)
export const money = client(billing)
export const registry = client(patients)
export type BilledService = Awaited<ReturnType<typeof money.listServices>>['items'][number]
export const stock = client(inventory)
const staff = client(people)
export type Specimen = Awaited<ReturnType<typeof api.listSpecimens>>['items'][number]
export type WantedTest = Awaited<ReturnType<typeof api.walkInTests>>['items'][number]
export type WalkIn = Awaited<ReturnType<typeof api.walkIn>>
export type Collection = Awaited<ReturnType<typeof api.listCollections>>['items'][number]
export type Result = Awaited<ReturnType<typeof api.listResults>>['items'][number]
export type ResultWhole = Awaited<ReturnType<typeof api.readResult>>
export type CumulativeTest = Awaited<ReturnType<typeof api.cumulative>>['tests'][number]
export type SpecimenWhole = Awaited<ReturnType<typeof api.readSpecimen>>
export type LabTest = Awaited<ReturnType<typeof api.listTests>>['items'][number]
export type LabReport = Awaited<ReturnType<typeof api.listReports>>['items'][number]
export type QualityRun = Awaited<ReturnType<typeof api.listRuns>>['items'][number]
export type QualityLot = Awaited<ReturnType<typeof api.listLots>>['items'][number]
export type LogEntry = Awaited<ReturnType<typeof api.listLogs>>['items'][number]
export type Reagent = Awaited<ReturnType<typeof api.listReagents>>['items'][number]
export type Journey = Awaited<ReturnType<typeof api.listJourneys>>['items'][number]
export type LabPartner = Awaited<ReturnType<typeof api.listPartners>>['items'][number]
export type Breakpoint = Awaited<ReturnType<typeof api.listBreakpoints>>['items'][number]
export type Microbe = Awaited<ReturnType<typeof api.listMicrobiology>>['items'][number]
export type Instrument = Awaited<ReturnType<typeof lines.listInstruments>>['items'][number]
export type Binned = Awaited<ReturnType<typeof lines.listBin>>['items'][number]
export type Message = Awaited<ReturnType<typeof lines.listMessages>>['items'][number]

/** Services a test can be charged by. */
export const servicesQuery = (search: string, facilityId: string) => queryOptions({ queryKey: ['billing', 'services', 'search', search, facilityId], queryFn: ({ signal }) => money.listServices({ query: { search, facilityId, isActive: 'true', limit: 12 }, signal }), staleTime: 60_000 })
export const specimenQuery = (id: string) => queryOptions({ queryKey: ['laboratory', 'specimen', id], queryFn: ({ signal }) => api.readSpecimen({ params: { id }, signal }) })
export const resultQuery = (id: string) => queryOptions({ queryKey: ['laboratory', 'result', id], queryFn: ({ signal }) => api.readResult({ params: { id }, signal }) })
export const testQuery = (id: string) => queryOptions({ queryKey: ['laboratory', 'test', id], queryFn: ({ signal }) => api.readTest({ params: { id }, signal }) })
export const cumulativeQuery = (patientId: string) => queryOptions({ queryKey: ['laboratory', 'cumulative', patientId], queryFn: ({ signal }) => api.cumulative({ params: { id: patientId }, query: { limit: 500 }, signal }) })
export const reportsQuery = (filter: { patientId: string } | { encounterId: string } | { orderId: string }) => queryOptions({ queryKey: ['laboratory', 'reports', filter], queryFn: ({ signal }) => api.listReports({ query: { ...filter, limit: 50 }, signal }) })
export const analytesQuery = queryOptions({ queryKey: ['laboratory', 'analytes'], queryFn: ({ signal }) => api.listTests({ query: { kind: 'analyte', isActive: 'true', limit: 200 }, signal }), staleTime: 60_000 })
export const blockedQuery = (facilityId: string) => queryOptions({ queryKey: ['laboratory', 'quality', 'blocked', facilityId], queryFn: ({ signal }) => api.listBlocked({ query: { facilityId }, signal }) })
export const instrumentNamesQuery = (facilityId: string) => queryOptions({ queryKey: ['laboratory', 'instruments', 'names', facilityId], queryFn: ({ signal }) => lines.listInstruments({ query: { facilityId, limit: 200 }, signal }), staleTime: 60_000 })
/** The stores of a facility, and reagents as its stock knows them. */
export const reagentStoresQuery = (facilityId: string) => queryOptions({ queryKey: ['inventory', 'stores', facilityId], queryFn: ({ signal }) => stock.listStores({ query: { facilityId, limit: 200 }, signal }), staleTime: 60_000 })
export const reagentItemsQuery = queryOptions({ queryKey: ['inventory', 'items', 'reagents'], queryFn: ({ signal }) => stock.listItems({ query: { kind: 'reagent', isActive: 'true', limit: 200 }, signal }), staleTime: 60_000 })
export const reagentStockQuery = (storeId: string, itemId: string) => queryOptions({ queryKey: ['inventory', 'stock', 'reagent', storeId, itemId], queryFn: ({ signal }) => stock.listStock({ query: { storeId, itemId, limit: 100 }, signal }), enabled: storeId !== '' && itemId !== '' })
/** The antibiotics and organisms a culture is written with. */
export const microbiologyQuery = queryOptions({ queryKey: ['laboratory', 'microbiology'], queryFn: ({ signal }) => api.listMicrobiology({ query: {}, signal }), staleTime: 60_000 })
/** Everybody who works in a facility may be sent to collect. */
export const collectorsQuery = (facilityId: string) => queryOptions({ queryKey: ['people', 'practitioners', 'everybody', facilityId], queryFn: ({ signal }) => staff.listPractitioners({ query: { limit: 200, isEverybody: 'true', facilityId }, signal }), staleTime: 600_000 })
/** What a write in the laboratory touches. */
export const touched = [['laboratory'], ['orders'], ['alerts']]

export const printReport = async (id: string, copy: 'original' | 'duplicate' = 'original'): Promise<void> => openBlob(await api.printReport({ params: { id }, query: { copy } }))
export const printLabels = async (query: { specimenId: string } | { orderId: string }): Promise<void> => openBlob(await api.printLabels({ query }))

export const printRound = async (query: Parameters<typeof api.printRound>[0]['query']): Promise<void> => openBlob(await api.printRound({ query }))
export const printWorkList = async (query: Parameters<typeof api.printWorkList>[0]['query']): Promise<void> => openBlob(await api.printWorkList({ query }))
