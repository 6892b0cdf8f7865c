import { queryOptions } from '@tanstack/react-query'
import { medications } from '#contract/medications.ts'
import { client, openBlob } from '../../kernel/api.ts'

export const api = client(medications)
export type Medication = Awaited<ReturnType<typeof api.readMedication>>
export type Prescription = Awaited<ReturnType<typeof api.readPrescription>>
export type Warning = Awaited<ReturnType<typeof api.prescribe>>['warnings'][number]
export type System = Medication['system']

export const searchQuery = (search: string) => queryOptions({ queryKey: ['medications', 'search', search], queryFn: ({ signal }) => api.listMedications({ query: { search, isActive: 'true', limit: 12 }, signal }), staleTime: 60_000 })
export const ofEncounterQuery = (encounterId: string) => queryOptions({ queryKey: ['medications', 'prescriptions', encounterId], queryFn: ({ signal }) => api.listPrescriptions({ query: { encounterId, limit: 50 }, signal }) })
export const prescriptionQuery = (id: string) => queryOptions({ queryKey: ['medications', 'prescription', id], queryFn: ({ signal }) => api.readPrescription({ params: { id }, signal }) })
/** What a write to a prescription touches. */
export const touched = (patientId: string) => [['medications', 'prescriptions'], ['medications', 'prescription'], ['encounters'], ['patients', patientId, 'timeline']]

export const print = async (id: string): Promise<void> => openBlob(await api.printPrescription({ params: { id } }))
