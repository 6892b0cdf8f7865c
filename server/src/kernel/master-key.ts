import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Config, StartError } from './config.ts'

export type KeyPlace = Pick<Config, 'masterKey' | 'masterKeyCommand' | 'masterKeyFile' | 'dataDir'>

export const masterKeyFileOf = (place: Pick<KeyPlace, 'masterKeyFile' | 'dataDir'>): string => place.masterKeyFile ?? join(place.dataDir, 'master.key')

const isFileKey = (place: KeyPlace): boolean => place.masterKey === undefined && place.masterKeyCommand === undefined

/** Where the master key comes from, in words for an operator. */
export function masterKeyPlace(place: KeyPlace): string {
  if (place.masterKey !== undefined) return 'TRIVENI_MASTER_KEY'
  return place.masterKeyCommand === undefined ? masterKeyFileOf(place) : 'TRIVENI_MASTER_KEY_COMMAND'
}

/** Whether there is a master key yet. */
export const hasMasterKey = (place: KeyPlace): boolean => !isFileKey(place) || existsSync(masterKeyFileOf(place))

/** The key as 64 hexadecimal digits, also when a key service hands it out as Base64. */
function asHex(text: string): string {
  const isHex = (value: string): boolean => /^[0-9a-f]{64}$/i.test(value)
  if (isHex(text)) return text
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === 32 ? bytes.toString('hex') : bytes.toString('utf8').trim()
}

const askMilliseconds = 30_000
const answers = new Map<string, string>()

// Asked once in a process: a key service that is away later stops nobody. No shell reads the command.
function ask(command: string): string {
  const known = answers.get(command)
  if (known !== undefined) return known
  const [program = '', ...parts] = command.trim().split(/\s+/)
  const result = spawnSync(program, parts, { encoding: 'utf8', timeout: askMilliseconds, stdio: ['ignore', 'pipe', 'ignore'] })
  if (result.status !== 0) throw new StartError('The command in TRIVENI_MASTER_KEY_COMMAND did not hand out the master key.')
  const text = asHex(result.stdout.trim())
  answers.set(command, text)
  return text
}

function fromFile(file: string): string {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 })
  }
  return readFileSync(file, 'utf8').trim()
}

/**
 * The text of the installation's master key: from the environment, from the command that asks a key service (KMS, Vault), or from
 * its file, which is made on the first start. Throws a StartError when it is not 32 bytes.
 */
export function masterKeyOf(place: KeyPlace): string {
  const text = place.masterKey ?? (place.masterKeyCommand === undefined ? fromFile(masterKeyFileOf(place)) : ask(place.masterKeyCommand))
  if (!/^[0-9a-f]{64}$/i.test(text)) throw new StartError(`The master key in ${masterKeyPlace(place)} is not 64 hexadecimal digits.`)
  return text
}
