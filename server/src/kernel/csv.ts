/** One field as CSV: quoted where it must be, and never a formula to a spreadsheet. */
export function csvField(value: unknown): string {
  const text = value === null || value === undefined ? '' : String(value)
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Lines of fields as CSV. */
export const csvOf = (lines: readonly (readonly unknown[])[]): string => lines.map((line) => line.map(csvField).join(',')).join('\n')

/** What a field of such a CSV holds: the mark that kept it from being a formula is taken off. */
export const csvValue = (field: string): string => field.replace(/^'(?=[=+\-@])/, '')
