import { existsSync, statSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { Readable } from 'node:stream'
import { collect } from './collect.ts'
import { readParts, type Part, writeParts } from './parts.ts'
import type { BackupStore } from './store.ts'
import { BackupDamage, sha256 } from './vault.ts'

/** Files never change once they are written, so each is copied to the store once and named by every backup that needs it. */
export interface FileEntry {
  key: string
  bytes: number
  sha256: string
}

async function walk(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return []
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).toSorted()
}

export interface FilesInput {
  store: BackupStore
  filesRoot: string
  dataKey: Buffer
  scratch: string
  listName: string
  tenantId?: string
}

/** Copies what the store does not have yet; resolves with the list of every file, itself kept encrypted. */
export async function mirrorFiles(input: FilesInput): Promise<{ list: Part[]; count: number; bytes: number }> {
  const { store, filesRoot } = input
  const paths = await walk(input.tenantId === undefined ? filesRoot : join(filesRoot, input.tenantId))
  const entries: FileEntry[] = []
  for (const path of paths) {
    const key = relative(filesRoot, path).replaceAll('\\', '/')
    const content = await readFile(path)
    if (!(await store.has(`files/${key}`))) await store.put(`files/${key}`, content)
    entries.push({ key, bytes: content.length, sha256: sha256(content) })
  }
  const lines = entries.map((entry) => `${JSON.stringify(entry)}\n`)
  const list = await writeParts({ store, name: input.listName, scratch: input.scratch, dataKey: input.dataKey }, Readable.from(lines.map((line) => Buffer.from(line))))
  return { list, count: entries.length, bytes: entries.reduce((sum, entry) => sum + entry.bytes, 0) }
}

export async function readFileList(store: BackupStore, dataKey: Buffer, name: string, list: readonly Part[]): Promise<FileEntry[]> {
  const text = (await collect((sink) => readParts({ store, name, dataKey }, list, sink))).toString('utf8')
  return text.split('\n').filter(Boolean).map((line): FileEntry => JSON.parse(line))
}

/** What is wrong with the kept files; empty when each is whole. */
export async function checkFiles(store: BackupStore, entries: readonly FileEntry[]): Promise<string[]> {
  const findings: string[] = []
  for (const entry of entries) {
    try {
      if (sha256(await store.get(`files/${entry.key}`)) !== entry.sha256) findings.push(`files/${entry.key} was changed`)
    } catch (error) {
      if (!(error instanceof BackupDamage)) throw error
      findings.push(error.message)
    }
  }
  return findings
}

/** Puts files back that are not there or not whole. */
export async function restoreFiles(store: BackupStore, entries: readonly FileEntry[], filesRoot: string): Promise<number> {
  let written = 0
  for (const entry of entries) {
    const path = join(filesRoot, entry.key)
    if (existsSync(path) && statSync(path).size === entry.bytes && sha256(await readFile(path)) === entry.sha256) continue
    const content = await store.get(`files/${entry.key}`)
    if (sha256(content) !== entry.sha256) throw new BackupDamage(`files/${entry.key} was changed`)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content, { mode: 0o600 })
    written += 1
  }
  return written
}
