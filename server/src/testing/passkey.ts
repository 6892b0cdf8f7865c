import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

type Encodable = number | string | Uint8Array | Map<Encodable, Encodable>

function head(major: number, length: number): Buffer {
  if (length < 24) return Buffer.of((major << 5) | length)
  return length < 256 ? Buffer.of((major << 5) | 24, length) : Buffer.of((major << 5) | 25, length >> 8, length & 255)
}

/** The part of CBOR (RFC 8949) that an authenticator speaks. */
function cbor(value: Encodable): Buffer {
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value])
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, one]) => [cbor(key), cbor(one)])])
}

const hash = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest()
const isPresent = 1
const isVerified = 4
const hasKey = 64

export interface SignOptions {
  challenge: string
  origin: string
  host: string
  isVerified?: boolean
  counter?: number
}

/** A passkey in software: makes what a browser would send, also what it should not. */
export function makePasskey() {
  const id = randomBytes(32)
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const key = cbor(new Map<Encodable, Encodable>([[1, 2], [3, -7], [-1, 1], [-2, Buffer.from(x, 'base64url')], [-3, Buffer.from(y, 'base64url')]]))
  let counter = 0
  let handle = ''
  const clientData = (type: string, { challenge, origin }: SignOptions) => Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
  const authData = (options: SignOptions, flags: number, extra: Buffer[] = []) => {
    const count = Buffer.alloc(4)
    count.writeUInt32BE(options.counter ?? (counter += 1))
    return Buffer.concat([hash(options.host), Buffer.of(flags | isPresent | (options.isVerified === false ? 0 : isVerified)), count, ...extra])
  }
  return {
    id: id.toString('base64url'),
    attest: (options: SignOptions, userHandle: string) => {
      handle = userHandle
      const data = authData(options, hasKey, [Buffer.alloc(16), Buffer.of(0, id.length), id, key])
      const attestationObject = cbor(new Map<Encodable, Encodable>([['fmt', 'none'], ['attStmt', new Map()], ['authData', data]]))
      return { id: id.toString('base64url'), rawId: id.toString('base64url'), type: 'public-key' as const, response: { clientDataJSON: clientData('webauthn.create', options).toString('base64url'), attestationObject: attestationObject.toString('base64url'), transports: ['internal'] }, clientExtensionResults: {} }
    },
    assert: (options: SignOptions) => {
      const client = clientData('webauthn.get', options)
      const data = authData(options, 0)
      const signature = sign('sha256', Buffer.concat([data, hash(client)]), privateKey)
      return { id: id.toString('base64url'), rawId: id.toString('base64url'), type: 'public-key' as const, response: { clientDataJSON: client.toString('base64url'), authenticatorData: data.toString('base64url'), signature: signature.toString('base64url'), userHandle: handle }, clientExtensionResults: {} }
    },
  }
}
