import { gunzipSync } from 'node:zlib'
import { type UnzipFileInfo, unzipSync } from 'fflate'

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
export class UnreadableFile extends Error {}

const mostTextBytes = 512 * 2 ** 20
const mostMembers = 20_000
const mostRatio = 200

function decode(bytes: Uint8Array): string {
  const [a, b] = bytes
  const encoding = a === 0xff && b === 0xfe ? 'utf-16le' : a === 0xfe && b === 0xff ? 'utf-16be' : 'utf-8'
  return new TextDecoder(encoding).decode(bytes)
}

function unzipped(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return gunzipSync(bytes, { maxOutputLength: mostTextBytes })
  } catch {
    throw new UnreadableFile('gzip')
  }
}

const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03 && bytes[3] === 0x04

/** Members of an archive; its size when unpacked and its ratio are bounded, its paths are names only. */
function members(bytes: Uint8Array): TextDocument[] {
  const sizes = { total: 0, count: 0 }
  const isWanted = (member: UnzipFileInfo): boolean => {
    if (member.name.endsWith('/') || member.name.includes('__MACOSX')) return false
    sizes.total += member.originalSize
    sizes.count += 1
    if (sizes.total > Math.min(mostTextBytes, Math.max(2 ** 20, bytes.length * mostRatio)) || sizes.count > mostMembers) throw new UnreadableFile('zip')
    return true
  }
  try {
    return Object.entries(unzipSync(bytes, { filter: isWanted })).map(([name, content]) => ({ name: name.slice(-200), text: decode(unzipped(content)) }))
  } catch {
    throw new UnreadableFile('zip')
  }
}

/** The texts of a file: itself, unpacked when it is gzipped, or the members of an archive. */
export async function documentsOf(file: ImportFile): Promise<TextDocument[]> {
  const bytes = await file.read()
  return isZip(bytes) ? members(bytes) : [{ name: file.name, text: decode(unzipped(bytes)) }]
}
