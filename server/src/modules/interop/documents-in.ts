import { gunzipSync } from 'node:zlib'
import { unzipSync } from 'fflate'
import * as archives from '#kernel/archives.ts'

/** A text of an import: one file, or one member of an archive. */
export interface TextDocument {
  name: string
  text: string
}

/** A file of an import, read when its turn comes. */
export interface ImportFile {
  name: string
  read: () => Promise<Uint8Array>
}

/** What cannot be read: the import says so and goes on. */
export class UnreadableFile extends Error {
  readonly line: number | null
  constructor(what: string, line: number | null = null) {
    super(what)
    this.line = line
  }
}

function decode(bytes: Uint8Array): string {
  const [a, b] = bytes
  const encoding = a === 0xff && b === 0xfe ? 'utf-16le' : a === 0xfe && b === 0xff ? 'utf-16be' : 'utf-8'
  return new TextDecoder(encoding).decode(bytes)
}

function unzipped(bytes: Uint8Array, most = archives.unpackedBound(bytes)): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return gunzipSync(bytes, { maxOutputLength: Math.max(1, most) })
  } catch {
    throw new UnreadableFile('gzip')
  }
}

const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03 && bytes[3] === 0x04

/** Refuses an archive that is damaged or unfolds beyond its bounds; unpacks nothing. */
export function checkArchive(bytes: Uint8Array): void {
  try {
    archives.checkArchive(bytes)
  } catch {
    throw new UnreadableFile('zip')
  }
}

/** Members of an archive, each possibly gzipped; what they unfold to together is bounded, their paths are names only. */
function members(bytes: Uint8Array): TextDocument[] {
  try {
    let left = archives.unpackedBound(bytes)
    return Object.entries(unzipSync(bytes, { filter: archives.archiveGate(bytes) })).map(([name, content]) => {
      const text = unzipped(content, left)
      left -= text.length
      if (left < 0) throw new UnreadableFile('zip')
      return { name: name.slice(-200), text: decode(text) }
    })
  } catch {
    throw new UnreadableFile('zip')
  }
}

/** The texts of a file: itself, unpacked when it is gzipped, or the members of an archive. */
export async function documentsOf(file: ImportFile): Promise<TextDocument[]> {
  const bytes = await file.read()
  return isZip(bytes) ? members(bytes) : [{ name: file.name, text: decode(unzipped(bytes)) }]
}
