import { readFileList } from './files-mirror.ts'
import { isSegment, segmentStart } from './lsn.ts'
import { type BackupSummary, folderOf, listBackups } from './manifest.ts'
import type { BackupStore } from './store.ts'
import { type BackupKey, unwrapKey } from './vault.ts'

export interface Retention {
  /** At least so many verified backups of each kind stay, whatever their age. */
  keep: number
  keepDays: number
}

/**
 * Which backups may go: old ones beyond the number to keep, and only when enough newer ones of the same kind were verified.
 * What was never verified, and the newest verified one, always stay.
 */
export function expired(all: readonly BackupSummary[], retention: Retention, now: Date): BackupSummary[] {
  const kinds = Map.groupBy(all.filter((one) => one.manifest !== undefined), (one) => `${one.manifest?.kind}:${one.manifest?.tenantId ?? ''}`)
  return [...kinds.values()].flatMap((group) => {
    const sorted = group.toSorted((a, b) => (a.id < b.id ? 1 : -1))
    const good = sorted.filter((one) => one.verification?.isGood === true)
    const oldest = good[Math.max(1, retention.keep) - 1]
    if (oldest === undefined) return []
    const before = now.getTime() - retention.keepDays * 86_400_000
    return sorted.filter((one) => one.id < oldest.id && Date.parse(one.manifest?.endedAt ?? '') < before)
  })
}

/** Removes expired backups, then the log and the files that no backup needs any more. */
export async function prune(store: BackupStore, key: BackupKey, retention: Retention, now: Date): Promise<string[]> {
  const gone = expired(await listBackups(store, key), retention, now)
  for (const { id } of gone) {
    // The manifest first: half a backup must not look like a whole one.
    await store.remove(`${folderOf(id)}manifest.json`)
    for (const { name } of await store.list(folderOf(id))) await store.remove(name)
  }
  if (gone.length > 0) await removeUnneeded(store, key)
  return gone.map(({ id }) => id)
}

async function removeUnneeded(store: BackupStore, key: BackupKey): Promise<void> {
  const kept = await listBackups(store, key)
  // One that cannot be read may need anything.
  if (kept.some((one) => one.manifest === undefined)) return
  const needed = new Set<string>()
  const logFrom = new Map<string, { lsn: number; segmentBytes: number }>()
  for (const { id, manifest } of kept) {
    if (manifest === undefined) continue
    for (const entry of await readFileList(store, unwrapKey(manifest.keys, key), `${folderOf(id)}files`, manifest.files.list)) needed.add(`files/${entry.key}`)
    const { physical } = manifest
    if (physical !== null && physical.startLsn < (logFrom.get(physical.systemId)?.lsn ?? Number.POSITIVE_INFINITY)) logFrom.set(physical.systemId, { lsn: physical.startLsn, segmentBytes: physical.segmentBytes })
  }
  for (const { name } of await store.list('files/')) if (!needed.has(name)) await store.remove(name)
  for (const { name } of await store.list('wal/')) {
    const [, systemId = '', file = ''] = name.split('/')
    const from = logFrom.get(systemId)
    if (from !== undefined && isSegment(file) && segmentStart(file, from.segmentBytes) + from.segmentBytes <= from.lsn) await store.remove(name)
  }
}
