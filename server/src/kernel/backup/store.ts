import { createReadStream, existsSync } from 'node:fs'
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import type { Readable } from 'node:stream'
import { BackupDamage } from './vault.ts'

/** Where backups are kept. Names use forward slashes. */
export interface BackupStore {
  readonly place: string
  /** Keeps bytes durably under a name; it is there whole or not at all. */
  put: (name: string, bytes: Uint8Array) => Promise<void>
  /** Keeps a file's content. */
  putFile: (name: string, path: string) => Promise<void>
  get: (name: string) => Promise<Buffer>
  read: (name: string) => Promise<Readable>
  has: (name: string) => Promise<boolean>
  list: (prefix: string) => Promise<{ name: string; bytes: number }[]>
  remove: (name: string) => Promise<void>
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}

async function settle(part: string, path: string): Promise<void> {
  const handle = await open(part, 'r+')
  await handle.sync().finally(() => handle.close())
  await rename(part, path)
  await syncFolder(dirname(path))
}

async function walk(folder: string, into: string[]): Promise<string[]> {
  if (!existsSync(folder)) return into
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await walk(path, into)
    else if (!entry.name.endsWith('.part')) into.push(path)
  }
  return into
}

/** A folder on disk. */
export function diskStore(root: string): BackupStore {
  const at = (name: string) => join(root, name)
  const missing = (name: string) => (error: unknown) => {
    throw error instanceof Error && 'code' in error && error.code === 'ENOENT' ? new BackupDamage(`${name} is missing`) : error
  }
  return {
    place: root,
    put: async (name, bytes) => {
      const path = at(name)
      await mkdir(dirname(path), { recursive: true })
      const handle = await open(`${path}.part`, 'w', 0o600)
      await handle.writeFile(bytes).finally(() => handle.close())
      await settle(`${path}.part`, path)
    },
    putFile: async (name, from) => {
      const path = at(name)
      await mkdir(dirname(path), { recursive: true })
      await copyFile(from, `${path}.part`)
      await settle(`${path}.part`, path)
    },
    get: (name) => readFile(at(name)).catch(missing(name)),
    read: async (name) => {
      await stat(at(name)).catch(missing(name))
      return createReadStream(at(name), { highWaterMark: 1 << 20 })
    },
    has: async (name) => existsSync(at(name)),
    list: async (prefix) => {
      const paths = await walk(at(prefix), [])
      const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size))
      return paths.map((path, index) => ({ name: relative(root, path).replaceAll('\\', '/'), bytes: sizes[index] ?? 0 })).toSorted((a, b) => (a.name < b.name ? -1 : 1))
    },
    remove: async (name) => {
      await unlink(at(name)).catch(() => {})
      // A folder that is not empty stays.
      await rm(dirname(at(name)), { recursive: false }).catch(() => {})
      const { rmdir } = await import('node:fs/promises')
      await rmdir(dirname(at(name))).catch(() => {})
    },
  }
}
