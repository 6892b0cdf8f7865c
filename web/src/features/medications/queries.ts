import { queryOptions } from '@tanstack/react-query'
import { encounters } from '#contract/encounters.ts'
import { medications } from '#contract/medications.ts'
import { pharmacy } from '#contract/pharmacy.ts'
import { safety } from '#contract/safety.ts'
import { client, openBlob } from '../../kernel/api.ts'

export const api = client(medications)
const visits = client(encounters)
const counter = client(pharmacy)
const checker = client(safety)
export type Medication = Awaited<ReturnType<typeof api.readMedication>>
export type FoundMedication = Awaited<ReturnType<typeof api.listMedications>>['items'][number]
export type Prescription = Awaited<ReturnType<typeof api.readPrescription>>
export type Warned = Awaited<ReturnType<typeof api.prescribe>>
export type Warning = Warned['warnings'][number]
export type System = Medication['system']

export const searchQuery = (search: string) => queryOptions({ queryKey: ['medications', 'search', search], queryFn: ({ signal }) => api.listMedications({ query: { search, isActive: 'true', limit: 12 }, signal }), staleTime: 60_000 })
export const ofEncounterQuery = (encounterId: string) => queryOptions({ queryKey: ['medications', 'prescriptions', encounterId], queryFn: ({ signal }) => api.listPrescriptions({ query: { encounterId, limit: 50 }, signal }) })
export const prescriptionQuery = (id: string) => queryOptions({ queryKey: ['medications', 'prescription', id], queryFn: ({ signal }) => api.readPrescription({ params: { id }, signal }) })
export const visitQuery = (id: string) => queryOptions({ queryKey: ['encounters', id], queryFn: ({ signal }) => visits.read({ params: { id }, signal }), enabled: id !== '' })
/** What to take from a store for a prescription, and what the checks say before it is handed out. */
export const picksQuery = (prescription: Prescription, storeId: string, instead: string) => queryOptions({ queryKey: ['medications', 'prescription', prescription.id, 'picks', storeId, prescription.version, instead], queryFn: ({ signal }) => counter.pickList({ params: { id: prescription.id }, query: { storeId, ...(instead === '' ? {} : { instead }) }, signal }), enabled: storeId !== '' })
export type PickLine = Awaited<ReturnType<typeof counter.pickList>>['lines'][number]
export const handedOutQuery = (prescriptionId: string) => queryOptions({ queryKey: ['medications', 'prescription', prescriptionId, 'handed-out'], queryFn: ({ signal }) => counter.listDispenses({ query: { prescriptionId, limit: 50 }, signal }) })
/** What the safety checks say of a draft. */
export const safetyQuery = (draft: Prescription) => queryOptions({ queryKey: ['medications', 'safety', draft.id, draft.version], queryFn: () => checker.checkSafety({ body: { patientId: draft.patientId, medications: draft.items.map((item) => ({ medicationId: item.medicationId, dosage: item.dosage, frequency: item.frequency })) } }), staleTime: 0 })
/** What a write to a prescription touches. */
export const touched = (patientId: string) => [['medications', 'prescriptions'], ['medications', 'prescription'], ['encounters'], ['patients', patientId, 'timeline'], ['inventory'], ['pharmacy'], ['billing']]

export const printLabels = async (dispenseId: string): Promise<void> => openBlob(await counter.printLabels({ params: { id: dispenseId } }))
export const print = async (id: string): Promise<void> => openBlob(await api.printPrescription({ params: { id } }))
