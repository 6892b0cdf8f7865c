export interface DatedRate {
  valid_from: string
  tax_rate_percent: string
}

/** The rate in percent that counts on a day `YYYY-MM-DD`: the latest that has begun, else the one the item began with. Rates come in the order of their days. */
export const rateOn = (first: string, rates: readonly DatedRate[], on: string): string => rates.findLast((rate) => rate.valid_from <= on)?.tax_rate_percent ?? first
