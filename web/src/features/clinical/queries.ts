import { queryOptions } from '@tanstack/react-query'
import { clinical } from '#contract/clinical.ts'
import { client } from '../../kernel/api.ts'

export const api = client(clinical)
export type VitalSet = Awaited<ReturnType<typeof api.listVitals>>['items'][number]
export type Note = Awaited<ReturnType<typeof api.listNotes>>['items'][number]
export type Diagnosis = Awaited<ReturnType<typeof api.listDiagnoses>>['items'][number]
export type Observation = Awaited<ReturnType<typeof api.listObservations>>['items'][number]

export const vitalsQuery = (id: string) => queryOptions({ queryKey: ['clinical', 'vitals', id], queryFn: ({ signal }) => api.listVitals({ params: { id }, signal }) })
export const notesQuery = (id: string) => queryOptions({ queryKey: ['clinical', 'notes', id], queryFn: ({ signal }) => api.listNotes({ params: { id }, signal }) })
export const diagnosesQuery = (id: string) => queryOptions({ queryKey: ['clinical', 'diagnoses', id], queryFn: ({ signal }) => api.listDiagnoses({ params: { id }, signal }) })
export const templatesQuery = (system: 'allopathy' | 'ayurveda' | 'homeopathy') => queryOptions({ queryKey: ['clinical', 'templates', system], queryFn: ({ signal }) => api.listTemplates({ query: { system }, signal }), staleTime: Infinity })
export const observationsQuery = (patientId: string, code: string) => queryOptions({ queryKey: ['clinical', 'observations', patientId, code], queryFn: ({ signal }) => api.listObservations({ params: { id: patientId }, query: { code, limit: 30 }, signal }) })
export const growthQuery = (patientId: string) => queryOptions({ queryKey: ['clinical', 'growth', patientId], queryFn: ({ signal }) => api.growth({ params: { id: patientId }, signal }) })
/** What a write in the consultation touches. */
export const touched = (encounterId: string, patientId: string) => [['clinical'], ['encounters', encounterId], ['encounters', 'history', patientId], ['patients', patientId, 'timeline']]
