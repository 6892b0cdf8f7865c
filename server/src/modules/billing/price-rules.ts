export interface PriceRow {
  id: string
  service_id: string
  facility_id: string | null
  amount: string
  currency: string
  tax_rate_percent: string
  is_tax_included: boolean
  valid_from: string
}

/** The price of a day in a facility: its own before everybody's, the latest that has begun, in the facility's currency. */
export function priceOn(prices: readonly PriceRow[], facility: { id: string; currency: string } | null, on: string): PriceRow | undefined {
  const begun = prices.filter((price) => price.valid_from <= on && (facility === null || price.currency === facility.currency))
  const latest = (some: readonly PriceRow[]) => some.reduce<PriceRow | undefined>((best, price) => (best === undefined || price.valid_from > best.valid_from ? price : best), undefined)
  return (facility === null ? undefined : latest(begun.filter((price) => price.facility_id === facility.id))) ?? latest(begun.filter((price) => price.facility_id === null))
}

const rateClass = /^(?:GST|IGST|VAT)[ -]?(\d{1,2}(?:\.\d{1,3})?)$/i
const exemptClasses = new Set(['', 'EXEMPT', 'NIL', 'NONE', 'ZERO'])
// Human health services by a clinical establishment: Notification 12/2017-Central Tax (Rate), entry 74.
const exemptCare = /^9993\d{0,2}$/

/** The rate in percent that a tax code names: `GST18` 18, `EXEMPT` and care under SAC 9993 0; undefined when the code says no rate. */
export function rateOf(taxCode: string): string | undefined {
  const named = rateClass.exec(taxCode)?.[1]
  if (named !== undefined) return named
  return exemptClasses.has(taxCode.toUpperCase()) || exemptCare.test(taxCode) ? '0' : undefined
}

/** Letter of a series in its numbers. */
export type SeriesLetter = 'I' | 'B' | 'C' | 'R' | 'D' | 'S' | 'N'

/** A document's number: facility, series and the fiscal year's first year, running number; 16 characters at most (CGST Rules 2017, rule 46(b)). */
export function documentNumber(facilityCode: string, series: SeriesLetter, fiscalYear: string, running: number): string {
  return `${facilityCode}/${series}${fiscalYear.slice(2, 4)}/${String(running).padStart(6, '0')}`
}

/** An amount that is finer than the minor unit of its currency, or in another currency, is refused by the field. */
export function amountFault(amount: { amount: string; currency: string }, currency: string, decimals: number): 'wrong_currency' | 'too_fine' | undefined {
  if (amount.currency !== currency) return 'wrong_currency'
  const fraction = amount.amount.split('.')[1] ?? ''
  return /[1-9]/.test(fraction.slice(decimals)) ? 'too_fine' : undefined
}

