import { queryOptions } from '@tanstack/react-query'
import { operations } from '#contract/operations.ts'
import { client } from '../../kernel/api.ts'

export const api = client(operations)
export type Check = Awaited<ReturnType<typeof api.readHealth>>['checks'][number]
export type Backup = Awaited<ReturnType<typeof api.listBackups>>['items'][number]
export type Run = Awaited<ReturnType<typeof api.readRun>>
export type Job = Awaited<ReturnType<typeof api.listJobs>>['items'][number]
export type Installation = Awaited<ReturnType<typeof api.readInstallation>>

const isGoing = (runs: readonly Run[] | undefined): boolean => runs?.some((run) => run.state === 'queued' || run.state === 'running') === true

export const healthQuery = queryOptions({ queryKey: ['operations', 'health'], queryFn: ({ signal }) => api.readHealth({ signal }), refetchInterval: 15_000 })
export const alertsQuery = queryOptions({ queryKey: ['operations', 'alerts'], queryFn: ({ signal }) => api.listAlerts({ signal }), refetchInterval: 30_000 })
export const installationQuery = queryOptions({ queryKey: ['operations', 'installation'], queryFn: ({ signal }) => api.readInstallation({ signal }) })
export const backupsQuery = queryOptions({ queryKey: ['operations', 'backups'], queryFn: ({ signal }) => api.listBackups({ signal }) })

/** Backups and verifications under way, asked again each second while one goes on. */
export const runsQuery = queryOptions({ queryKey: ['operations', 'runs'], queryFn: ({ signal }) => api.listRuns({ signal }), refetchInterval: (query) => (isGoing(query.state.data?.items) ? 1000 : 20_000) })
