import type { z } from 'zod'
import type { alert, backup, job, run } from '#contract/operations.ts'
import type { AlertRow, JobRow, RunRow } from './repo.ts'

export const presentRun = (row: RunRow): z.input<typeof run> => ({ id: row.id, kind: row.kind, subject: row.subject, state: row.state, step: row.step, bytes: Number(row.bytes), message: row.message, createdAt: row.created_at.toISOString(), endedAt: row.ended_at?.toISOString() ?? null })

function stateOf(row: JobRow): z.input<typeof job>['state'] {
  if (row.is_locked) return 'running'
  if (row.attempts >= row.max_attempts) return 'failed'
  return row.attempts === 0 ? 'waiting' : 'retrying'
}

// An error's text may hold data: only its first word, the name or code, is shown.
const nameOfError = (error: string | null): string => /^[\w.-]{1,80}/.exec(error ?? '')?.[0] ?? ''

export const presentJob = (row: JobRow): z.input<typeof job> => ({ id: row.id, task: row.task, state: stateOf(row), attempts: row.attempts, mostAttempts: row.max_attempts, runAt: row.run_at.toISOString(), error: nameOfError(row.error), createdAt: row.created_at.toISOString() })

export const presentAlert = (row: AlertRow): z.input<typeof alert> => ({ key: row.key, level: row.level, message: row.message, value: row.value, since: row.since.toISOString(), endedAt: row.ended_at?.toISOString() ?? null })

interface Summary {
  id: string
  problem: string
  bytes: number
  manifest: { kind: 'physical' | 'logical'; tenantName: string | null; at: string; startedAt: string; endedAt: string; files: { count: number } } | undefined
  verification: { at: string; isGood: boolean; findings: string[]; rows: number; seconds: number } | undefined
}

export function presentBackup({ id, problem, bytes, manifest, verification }: Summary): z.input<typeof backup> {
  return {
    id, problem, bytes, kind: manifest?.kind ?? 'unreadable', hospital: manifest?.tenantName ?? null, at: manifest?.at ?? null, files: manifest?.files.count ?? 0,
    seconds: manifest === undefined ? 0 : (Date.parse(manifest.endedAt) - Date.parse(manifest.startedAt)) / 1000,
    verified: verification === undefined ? null : { at: verification.at, isGood: verification.isGood, findings: verification.findings.slice(0, 20), rows: verification.rows, seconds: verification.seconds },
  }
}
