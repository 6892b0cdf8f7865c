import { createHash, timingSafeEqual } from 'node:crypto'

/** What is kept of a secret with full entropy. */
export const digest = (secret: string): string => createHash('sha256').update(secret).digest('base64url')

/** Whether a secret is the one a digest was made of; the time does not tell how much of it fits. */
export function matches(secret: string, hash: string): boolean {
  const ours = Buffer.from(digest(secret))
  const theirs = Buffer.from(hash)
  return ours.length === theirs.length && timingSafeEqual(ours, theirs)
}
