import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js'

const isCountry = (region: string): region is CountryCode => isSupportedCountry(region)

/** A phone number in E.164 as typed in a region (`IN`), or null when it cannot be one. */
export function normalisePhone(text: string, region: string): string | null {
  const parsed = isCountry(region) ? parsePhoneNumberFromString(text, region) : parsePhoneNumberFromString(text)
  return parsed?.isPossible() === true ? parsed.number : null
}
