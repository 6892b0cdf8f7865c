import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { settingsSchema } from '../server/src/kernel/config.ts'

interface Described {
  description?: string
  default?: unknown
  enum?: string[]
  minimum?: number
  maximum?: number
}

const pathOf = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url))
const fileable = /_URL$|_TOKEN$|_PASSPHRASE$|_DSN$/

function valuesOf(setting: Described): string {
  if (setting.enum !== undefined) return setting.enum.map((value) => `\`${value}\``).join(', ')
  if (setting.minimum !== undefined && setting.maximum !== undefined) return `${setting.minimum} to ${setting.maximum}`
  return 'text'
}

const { properties = {} } = z.toJSONSchema(settingsSchema, { io: 'input', unrepresentable: 'any' })
const settings = Object.entries(properties) as [string, Described][]

/** The table of settings, and a file to begin with. */
export function settingsPages(): Record<string, string> {
  const rows = settings.map(([name, one]) => `| \`${name}\`${fileable.test(name) && name !== 'PUBLIC_URL' ? ' (or `_FILE`)' : ''} | ${valuesOf(one)} | ${one.default === undefined ? '' : `\`${String(one.default)}\``} | ${(one.description ?? '').replaceAll('|', '\\|')} |`)
  const page = ['# Settings', '', 'Made from the schema in `server/src/kernel/config.ts` by `npm run gen`. Each is a variable of the environment; what is wrong stops the start with a sentence that names it. A secret may also stand in a file: `NAME_FILE=/run/secrets/name`.', '', '| setting | values | default | what it does |', '|---|---|---|---|', ...rows, ''].join('\n')
  const example = ['# Copy to your environment file and keep what you change.', ...settings.filter(([name]) => !name.startsWith('TRIVENI_TEST')).flatMap(([name, one]) => [`# ${(one.description ?? '').replaceAll('`', '')}`, `#${name}=${one.default === undefined ? '' : String(one.default)}`]), ''].join('\n')
  return { 'docs/operations/settings.md': page, '.env.example': example }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) for (const [name, text] of Object.entries(settingsPages())) if (readOr(name) !== text) writeFileSync(pathOf(name), text)

function readOr(name: string): string {
  try {
    return readFileSync(pathOf(name), 'utf8')
  } catch {
    return ''
  }
}
