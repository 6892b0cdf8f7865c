/** Amounts are texts: told apart and subtracted as whole numbers of their last decimal, never as floats. */
interface Whole {
  value: bigint
  decimals: number
}

const isAmount = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text)

function wholeOf(text: string): Whole {
  if (!isAmount(text)) return { value: 0n, decimals: 0 }
  const [units = '0', parts = ''] = text.split('.')
  return { value: BigInt(units + parts), decimals: parts.length }
}

const scaled = (whole: Whole, decimals: number): bigint => whole.value * 10n ** BigInt(decimals - whole.decimals)

/** The first less the second, with the decimals of the finer of the two. */
export function less(first: string, second: string): string {
  const [a, b] = [wholeOf(first), wholeOf(second)]
  const decimals = Math.max(a.decimals, b.decimals)
  const value = scaled(a, decimals) - scaled(b, decimals)
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, '0')
  const sign = value < 0n ? '-' : ''
  return decimals === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}

export const isZero = (text: string): boolean => wholeOf(text).value === 0n
export const isAboveZero = (text: string): boolean => wholeOf(text).value > 0n
export const isBelow = (first: string, second: string): boolean => wholeOf(less(first, second)).value < 0n

/** What was typed as a number, with a point for the decimals; nothing when it is none. */
export function typedNumber(text: string): string | undefined {
  const plain = text.trim().replace(',', '.')
  return isAmount(plain) && !plain.startsWith('-') ? plain : undefined
}
