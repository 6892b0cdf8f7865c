import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { masterKeyOf } from '../master-key.ts'
import type { BackupInput } from './physical.ts'
import { s3Store } from './s3.ts'
import { type BackupStore, diskStore } from './store.ts'
import { backupKeyOf } from './vault.ts'

/** Where this installation keeps its backups. */
export const storeOf = (config: Config): BackupStore => (config.backup.s3Url === undefined ? diskStore(config.backup.dir) : s3Store(config.backup.s3Url))

/** Everything a backup of this installation needs. */
export function backupInput(config: Config, ownerUrl: string): BackupInput {
  const passwordFile = join(config.dataDir, 'database-password')
  const isEmbedded = config.databaseUrl === undefined && config.databaseOwnerUrl === undefined
  return {
    ownerUrl,
    store: storeOf(config),
    key: backupKeyOf(masterKeyOf(config)),
    passphrase: config.backup.passphrase,
    filesRoot: join(config.dataDir, 'files'),
    scratch: join(config.dataDir, 'backup-scratch'),
    ownerPassword: isEmbedded && existsSync(passwordFile) ? readFileSync(passwordFile, 'utf8') : undefined,
  }
}
