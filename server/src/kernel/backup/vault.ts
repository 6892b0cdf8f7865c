import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'
import { Transform, type TransformCallback } from 'node:stream'

/** A backup that must not be trusted; the message names the file and what is wrong with it. */
export class BackupDamage extends Error {}

/** What opens and closes backups: a key that follows from the master key, and a passphrase for the day the master key is lost. */
export interface BackupKey {
  readonly key: Buffer
  /** Shows which master key it was, without showing the key. */
  readonly id: string
  readonly masterText: string
}

/** The key of backups, derived from the text of the master key. */
export function backupKeyOf(masterText: string): BackupKey {
  const key = Buffer.from(hkdfSync('sha256', masterText, 'triveni', 'backup', 32))
  return { key, id: createHmac('sha256', key).update('id').digest('hex').slice(0, 12), masterText }
}

/** A key for one file of one backup. */
export const fileKey = (dataKey: Buffer, name: string): Buffer => Buffer.from(hkdfSync('sha256', dataKey, name, 'triveni backup file', 32))

/** Seals a small thing as a whole: nonce, tag, ciphertext. */
export function closeSmall(key: Buffer, place: string, plain: Uint8Array): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place))
  const body = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body])
}

export function openSmall(key: Buffer, place: string, sealed: Uint8Array): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12)).setAAD(Buffer.from(place))
    decipher.setAuthTag(sealed.subarray(12, 28))
    return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()])
  } catch {
    throw new BackupDamage(`${place} was changed, cut short or closed with another key`)
  }
}

const frameBytes = 1 << 20
const lastBit = 0x8000_0000

function nonceOf(index: number): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(index, 8)
  return nonce
}

/** Encrypts a stream in frames of 1 MB: length (top bit: the last one), tag, ciphertext. Cutting frames off or swapping them is seen. */
export function sealStream(key: Buffer): Transform {
  let waiting: Buffer[] = []
  let size = 0
  let index = 0
  const frame = (plain: Buffer, isLast: boolean): Buffer => {
    const head = Buffer.alloc(4)
    head.writeUInt32BE(isLast ? (plain.length | lastBit) >>> 0 : plain.length)
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(index)).setAAD(head)
    index += 1
    const body = Buffer.concat([cipher.update(plain), cipher.final()])
    return Buffer.concat([head, cipher.getAuthTag(), body])
  }
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      waiting.push(chunk)
      size += chunk.length
      if (size > frameBytes) {
        const whole = Buffer.concat(waiting)
        let from = 0
        for (; whole.length - from > frameBytes; from += frameBytes) this.push(frame(whole.subarray(from, from + frameBytes), false))
        waiting = [whole.subarray(from)]
        size = whole.length - from
      }
      done()
    },
    flush(done: TransformCallback) {
      this.push(frame(Buffer.concat(waiting), true))
      done()
    },
  })
}

/** Opens what `sealStream` made; fails with a BackupDamage that names the stream. */
export function openStream(key: Buffer, name: string): Transform {
  let rest: Buffer = Buffer.alloc(0)
  let index = 0
  let isEnded = false
  const damage = () => new BackupDamage(`${name} was changed or closed with another key (megabyte ${index + 1})`)
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      try {
        while (rest.length >= 20) {
          const head = rest.readUInt32BE(0)
          const length = (head & ~lastBit) >>> 0
          if (length > frameBytes || isEnded) throw damage()
          if (rest.length < 20 + length) break
          const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(index)).setAAD(rest.subarray(0, 4))
          decipher.setAuthTag(rest.subarray(4, 20))
          const plain = decipher.update(rest.subarray(20, 20 + length))
          decipher.final()
          index += 1
          isEnded = (head & lastBit) !== 0
          this.push(plain)
          rest = rest.subarray(20 + length)
        }
        done()
      } catch {
        done(damage())
      }
    },
    flush(done: TransformCallback) {
      done(isEnded && rest.length === 0 ? null : new BackupDamage(`${name} ends too early`))
    },
  })
}

export interface WrappedKeys {
  /** The backup's own key under the key of this installation. */
  master: string
  /** The backup's key and the master key itself under the recovery passphrase. */
  passphrase?: { salt: string; sealed: string }
}

const scryptOptions = { N: 1 << 15, r: 8, p: 1, maxmem: 64 << 20 }

/** The backup's own key, wrapped for those who may open it. */
export function wrapKey(dataKey: Buffer, own: BackupKey, passphrase: string | undefined): WrappedKeys {
  const master = closeSmall(own.key, 'backup key', dataKey).toString('base64')
  if (passphrase === undefined) return { master }
  const salt = randomBytes(16)
  const sealed = closeSmall(scryptSync(passphrase, salt, 32, scryptOptions), 'recovery', Buffer.from(own.masterText))
  return { master, passphrase: { salt: salt.toString('base64'), sealed: sealed.toString('base64') } }
}

export const unwrapKey = (wrapped: WrappedKeys, own: BackupKey): Buffer => openSmall(own.key, 'backup key', Buffer.from(wrapped.master, 'base64'))

/** The text of the master key from a backup and the recovery passphrase. */
export function recoverMasterKey(wrapped: WrappedKeys, passphrase: string): string {
  if (wrapped.passphrase === undefined) throw new BackupDamage('this backup was made without a recovery passphrase')
  try {
    return openSmall(scryptSync(passphrase, Buffer.from(wrapped.passphrase.salt, 'base64'), 32, scryptOptions), 'recovery', Buffer.from(wrapped.passphrase.sealed, 'base64')).toString('utf8')
  } catch {
    throw new BackupDamage('the recovery passphrase is another one')
  }
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

export const signature = (own: BackupKey, text: string): string => createHmac('sha256', own.key).update(text).digest('hex')

export function isSigned(own: BackupKey, text: string, given: string): boolean {
  const expected = Buffer.from(signature(own, text))
  const actual = Buffer.from(given)
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}
