import { compare, multiply } from '#kernel/money.ts'

/** What a vendor asks today for a unit of an item, which holds so many base units. */
export interface Offer {
  vendorId: string
  unit: string
  factor: string
  price: string
}

/** The offer that costs least by base unit: a × b⁻¹ < c × d⁻¹ is a × d < c × b. */
export const cheapest = (offers: readonly Offer[]): Offer | undefined => offers.reduce<Offer | undefined>((best, one) => (best === undefined || compare(multiply(one.price, best.factor), multiply(best.price, one.factor)) < 0 ? one : best), undefined)

/** How many whole units hold at least so many base units. */
export const unitsFor = (quantity: string, offer: Offer): string => String(Math.ceil(Number(quantity) / Number(offer.factor)))
