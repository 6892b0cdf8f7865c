import { hash, hashRaw, verify } from '@node-rs/argon2'

// OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, t=2, p=1
const parameters = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const mostAtOnce = 4
let running = 0
const queue: (() => void)[] = []

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= mostAtOnce) await new Promise<void>((resolve) => queue.push(resolve))
  running += 1
  try {
    return await work()
  } finally {
    running -= 1
    queue.shift()?.()
  }
}

export const hashPassword = (password: string): Promise<string> => inTurn(() => hash(password.normalize('NFKC'), parameters))

/** A hash by which a short code is found again: as slow as that of a password, salted by its owner (ASVS 5.0 6.5.2). */
export const hashCode = async (owner: string, code: string): Promise<string> => (await inTurn(() => hashRaw(code, { ...parameters, salt: Buffer.from(owner) }))).toString('base64url')

let decoy: Promise<string> | undefined

/** Whether the password fits; takes the same time when there is no such user. */
export async function passwordFits(stored: string | undefined, password: string): Promise<boolean> {
  decoy ??= hashPassword('a password nobody has')
  const against = stored ?? (await decoy)
  const fits = await inTurn(() => verify(against, password.normalize('NFKC')))
  return fits && stored !== undefined
}
