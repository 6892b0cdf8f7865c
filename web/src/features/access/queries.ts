import { queryOptions } from '@tanstack/react-query'
import { access } from '#contract/access.ts'
import { patients } from '#contract/patients.ts'
import { people } from '#contract/people.ts'
import { privacy } from '#contract/privacy.ts'
import { client } from '../../kernel/api.ts'

export const api = client(access)
export const records = client(patients)
const staff = client(people)
export type { AccessSettings, Alarm, Glass, LabelRule, Member, Relation, RelationRule } from '#contract/access.ts'
export type { PatientLabel } from '#contract/patients.ts'

export const ownGlassQuery = queryOptions({ queryKey: ['access', 'own'], queryFn: ({ signal }) => api.listOwnGlass({ signal }), staleTime: 60_000, refetchInterval: 300_000 })
export const glassQuery = (id: string) => queryOptions({ queryKey: ['access', 'glass', id], queryFn: ({ signal }) => api.readGlass({ params: { id }, signal }) })
export const labelRulesQuery = queryOptions({ queryKey: ['access', 'label-rules'], queryFn: ({ signal }) => api.listLabelRules({ signal }) })
export const relationRulesQuery = queryOptions({ queryKey: ['access', 'relation-rules'], queryFn: ({ signal }) => api.listRelationRules({ signal }) })
export const settingsQuery = queryOptions({ queryKey: ['access', 'settings'], queryFn: ({ signal }) => api.readSettings({ signal }) })
export const labelsQuery = (id: string) => queryOptions({ queryKey: ['access', 'labels', id], queryFn: ({ signal }) => records.listLabels({ params: { id }, query: { limit: 50 }, signal }) })
export const membersQuery = (id: string) => queryOptions({ queryKey: ['access', 'members', id], queryFn: ({ signal }) => api.listMembers({ params: { id }, query: { limit: 50 }, signal }) })
export const staffQuery = queryOptions({ queryKey: ['access', 'staff'], queryFn: ({ signal }) => staff.listPractitioners({ query: { limit: 200 }, signal }), staleTime: 600_000 })
export type { Consent, Program, Purpose } from '#contract/consents.ts'
export const exporting = client(privacy)
export const consentsQuery = (id: string) => queryOptions({ queryKey: ['access', 'consents', id], queryFn: ({ signal }) => api.listConsents({ params: { id }, query: { limit: 50 }, signal }) })
export const programsQuery = queryOptions({ queryKey: ['access', 'programs'], queryFn: ({ signal }) => api.listPrograms({ query: { limit: 200 }, signal }) })
