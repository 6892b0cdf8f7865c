import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EmbeddedPostgres, startEmbedded } from '#kernel/embedded-postgres.ts'
import { type Installation, makeInstallation } from './installation.ts'
import { ask } from './owner.ts'

export interface Cluster {
  server: EmbeddedPostgres
  ownerUrl: string
  processes: Installation[]
  close: () => Promise<void>
}

/** Several processes, started at the same moment on one empty database with one master key. */
export async function startCluster(count: number, environment: Record<string, string> = {}): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'triveni-cluster-'))
  chmodSync(folder, 0o755)
  const server = await startEmbedded({ dataDir: folder, settings: { fsync: 'off', max_connections: '300' } })
  await ask(server.ownerUrl('postgres'), 'create database hospital')
  const ownerUrl = server.ownerUrl('hospital')
  const processes = await Promise.all(Array.from({ length: count }, () => makeInstallation({ DATABASE_OWNER_URL: ownerUrl, TRIVENI_MASTER_KEY_FILE: join(folder, 'master.key'), ...environment })))
  await Promise.all(processes.map((one) => one.start()))
  return {
    server,
    ownerUrl,
    processes,
    close: async () => {
      await Promise.all(processes.map((one) => one.remove()))
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
