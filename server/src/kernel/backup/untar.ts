import { chownSync } from 'node:fs'
import { type FileHandle, mkdir, open, symlink } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { Writable } from 'node:stream'

interface Entry {
  name: string
  size: number
  kind: string
  mode: number
  link: string
}

const text = (block: Buffer, from: number, length: number): string => {
  const end = block.indexOf(0, from)
  return block.toString('utf8', from, end === -1 || end > from + length ? from + length : end)
}
const octal = (block: Buffer, from: number, length: number): number => ((block[from] ?? 0) & 0x80 ? Number(block.readBigUInt64BE(from + length - 8)) : Number.parseInt(text(block, from, length).trim() || '0', 8))

function parseHeader(block: Buffer): Entry | undefined {
  if (block.every((byte) => byte === 0)) return undefined
  const prefix = text(block, 345, 155)
  const name = text(block, 0, 100)
  return { name: prefix === '' ? name : `${prefix}/${name}`, size: octal(block, 124, 12), kind: String.fromCharCode(block[156] ?? 0), mode: octal(block, 100, 8), link: text(block, 157, 100) }
}

/** Unpacks a tar stream into a folder; entries that would leave it are refused. */
export function untarTo(root: string, owner: { uid: number; gid: number } | undefined): Writable {
  let rest: Buffer = Buffer.alloc(0)
  let left = 0
  let padding = 0
  let file: FileHandle | undefined
  const own = (path: string) => {
    if (owner !== undefined) chownSync(path, owner.uid, owner.gid)
  }
  const begin = async (entry: Entry): Promise<void> => {
    const path = join(root, normalize(entry.name))
    if (!path.startsWith(root)) throw new Error(`the archive names a file outside: ${entry.name}`)
    if (entry.kind === '5') {
      await mkdir(path, { recursive: true, mode: 0o700 })
      return own(path)
    }
    if (entry.kind === '2') return symlink(entry.link, path)
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    file = await open(path, 'w', 0o600)
    own(path)
    left = entry.size
    padding = (512 - (entry.size % 512)) % 512
    if (left === 0) await finish()
  }
  const finish = async (): Promise<void> => {
    await file?.close()
    file = undefined
  }
  const take = async (chunk: Buffer): Promise<void> => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    while (rest.length > 0) {
      if (left > 0) {
        const part = rest.subarray(0, Math.min(left, rest.length))
        await file?.write(part)
        left -= part.length
        rest = rest.subarray(part.length)
        if (left === 0) await finish()
      } else if (padding > 0) {
        const skipped = Math.min(padding, rest.length)
        padding -= skipped
        rest = rest.subarray(skipped)
      } else {
        if (rest.length < 512) return
        const entry = parseHeader(rest.subarray(0, 512))
        rest = rest.subarray(512)
        if (entry !== undefined) await begin(entry)
      }
    }
  }
  return new Writable({
    highWaterMark: 4 << 20,
    write(chunk: Buffer, _encoding, done) {
      take(chunk).then(() => done(), done)
    },
    final(done) {
      if (left > 0) return done(new Error('the archive ends in the middle of a file'))
      finish().then(() => done(), done)
    },
  })
}
