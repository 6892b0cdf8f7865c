import { createHash, type Hash } from 'node:crypto'
import { createWriteStream, type WriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createZstdCompress, createZstdDecompress } from 'node:zlib'
import type { BackupStore } from './store.ts'
import { BackupDamage, fileKey, openStream, sealStream } from './vault.ts'

export interface Part {
  name: string
  bytes: number
  sha256: string
}

const partBytes = 64 << 20

/** Cuts a stream into parts of 64 MB; each is written beside, then handed to the store. */
class PartWriter extends Writable {
  readonly parts: Part[] = []
  readonly #store: BackupStore
  readonly #name: string
  readonly #scratch: string
  #out: WriteStream | undefined
  #hash: Hash = createHash('sha256')
  #size = 0

  constructor(store: BackupStore, name: string, scratch: string) {
    super({ highWaterMark: 4 << 20 })
    this.#store = store
    this.#name = name
    this.#scratch = scratch
  }
  async #close(): Promise<void> {
    const out = this.#out
    if (out === undefined) return
    await new Promise<void>((done, fail) => out.once('error', fail).end(() => done()))
    const name = `${this.#name}.${String(this.parts.length + 1).padStart(4, '0')}`
    const path = String(out.path)
    await this.#store.putFile(name, path)
    await rm(path)
    this.parts.push({ name, bytes: this.#size, sha256: this.#hash.digest('hex') })
    this.#out = undefined
    this.#hash = createHash('sha256')
    this.#size = 0
  }
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#take(chunk).then(() => done(), done)
  }
  override _final(done: (error?: Error | null) => void): void {
    this.#close().then(() => done(), done)
  }
  async #take(chunk: Buffer): Promise<void> {
    if (this.#out === undefined) {
      const path = join(this.#scratch, `${this.#name}.part`)
      await mkdir(dirname(path), { recursive: true })
      this.#out = createWriteStream(path, { mode: 0o600 })
    }
    this.#hash.update(chunk)
    this.#size += chunk.length
    const out = this.#out
    if (!out.write(chunk)) await new Promise<void>((done, fail) => out.once('drain', done).once('error', fail))
    if (this.#size >= partBytes) await this.#close()
  }
}

export interface PartsInput {
  store: BackupStore
  /** Name in the store, without the number of the part. */
  name: string
  scratch: string
  dataKey: Buffer
}

/** Compresses, encrypts and keeps a stream; resolves with its parts. */
export async function writeParts(input: PartsInput, source: Readable): Promise<Part[]> {
  const writer = new PartWriter(input.store, input.name, input.scratch)
  await pipeline(source, createZstdCompress(), sealStream(fileKey(input.dataKey, input.name)), writer)
  return writer.parts
}

async function* checkedBytes(store: BackupStore, parts: readonly Part[]): AsyncGenerator<Buffer> {
  for (const part of parts) {
    const hash = createHash('sha256')
    let bytes = 0
    for await (const chunk of await store.read(part.name)) {
      hash.update(chunk)
      bytes += chunk.length
      yield chunk
    }
    if (bytes !== part.bytes) throw new BackupDamage(`${part.name} has ${bytes} bytes instead of ${part.bytes}`)
    if (hash.digest('hex') !== part.sha256) throw new BackupDamage(`${part.name} was changed: its checksum differs`)
  }
}

/** Checks the checksums of stored parts without a key. */
export async function checkParts(store: BackupStore, parts: readonly Part[]): Promise<void> {
  for await (const chunk of checkedBytes(store, parts)) void chunk
}

/** Opens parts again and hands the plain stream to `sink`; a flipped byte, a cut or a wrong key fails by name. */
export async function readParts(input: Omit<PartsInput, 'scratch'>, parts: readonly Part[], sink: Writable): Promise<void> {
  await pipeline(Readable.from(checkedBytes(input.store, parts)), openStream(fileKey(input.dataKey, input.name), input.name), createZstdDecompress(), sink)
}
