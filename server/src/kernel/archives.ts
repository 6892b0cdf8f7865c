import { type UnzipFileInfo, unzipSync } from 'fflate'

/** An archive that is damaged, or unfolds beyond its bounds. */
export class BadArchive extends Error {}

// Below the longest text the engine can hold.
const mostTextBytes = 500 * 2 ** 20
const mostMembers = 20_000
const mostRatio = 200

/** How many bytes something of this size may unfold to. */
export const unpackedBound = (bytes: Uint8Array): number => Math.min(mostTextBytes, Math.max(2 ** 20, bytes.length * mostRatio))

/** Which members of an archive are wanted; throws `BadArchive` when they unfold beyond the bounds, before anything is unpacked. */
export function archiveGate(bytes: Uint8Array): (member: UnzipFileInfo) => boolean {
  const sizes = { total: 0, count: 0 }
  return (member) => {
    if (member.name.endsWith('/') || member.name.includes('__MACOSX')) return false
    sizes.total += member.originalSize
    sizes.count += 1
    if (sizes.total > unpackedBound(bytes) || sizes.count > mostMembers) throw new BadArchive()
    return true
  }
}

/** Throws `BadArchive` for what is damaged or unfolds beyond its bounds; unpacks nothing. */
export function checkArchive(bytes: Uint8Array): void {
  const isWanted = archiveGate(bytes)
  try {
    unzipSync(bytes, { filter: (member) => isWanted(member) && false })
  } catch {
    throw new BadArchive()
  }
}
