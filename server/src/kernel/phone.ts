import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js'

const isCountry = (region: string): region is CountryCode => isSupportedCountry(region)

/** A phone number in E.164 as typed in a region (`IN`), or null when it cannot be one. */
export function normalisePhone(text: string, region: string): string | null {
  const parsed = isCountry(region) ? parsePhoneNumberFromString(text, region) : parsePhoneNumberFromString(text)
  return parsed?.isPossible() === true ? parsed.number : null
}

/** Whether a number in E.164 can have been given out: its length and beginning are those of its country. */
export const isValidPhone = (phone: string): boolean => parsePhoneNumberFromString(phone)?.isValid() === true

/** The digits of a phone number last first (`+91 98470 55555` → `555550748919`), so that its last digits are a prefix to search by. */
export const reversedDigits = (phone: string): string => [...phone.normalize('NFKC').replaceAll(/\D/g, '')].toReversed().join('')
