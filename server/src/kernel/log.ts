type Fields = Record<string, string | number | boolean | undefined>
const hearers: ((level: string, message: string, fields: Fields) => void)[] = []

/** Hears every line that is logged: error tracking. */
export const onLogged = (hear: (level: string, message: string, fields: Fields) => void): void => void hearers.push(hear)

/** One JSON line to standard error. Give ids, codes and numbers only: nothing of a patient, no SQL, no token. */
export function log(level: 'info' | 'warn' | 'error', message: string, fields: Fields = {}): void {
  for (const hear of hearers) hear(level, message, fields)
  if (level === 'info' && process.env['TRIVENI_LOG'] === 'quiet') return
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level, message, ...fields })}\n`)
}

/** What may be logged of an error: its name, code and stack without the message, which may hold data. */
export function errorFields(error: unknown): Record<string, string> {
  if (!(error instanceof Error)) return { error: typeof error }
  const code = 'code' in error ? String(error.code) : ''
  const constraint = 'constraint' in error ? String(error.constraint) : ''
  const frames = (error.stack ?? '').split('\n').filter((line) => line.trimStart().startsWith('at ')).slice(0, 6)
  return { error: error.name, code, constraint, stack: frames.map((line) => line.trim()).join(' < ') }
}
