const amount = /^\d{1,9}(\.\d{1,2})?$/
const percent = /^(100|\d{1,2}(\.\d{1,2})?)\s*%$/

/** Whether a text says a discount: nothing, an amount such as `20`, or percent such as `5 %`. */
export const saysDiscount = (text: string): boolean => text.trim() === '' || amount.test(text.trim()) || percent.test(text.trim())

/** A discount as the server takes it. */
export function discountOf(text: string, currency: string): { discount?: { amount: string; currency: string }; discountPercent?: string } {
  const said = text.trim()
  if (said === '' || !saysDiscount(said)) return {}
  return said.endsWith('%') ? { discountPercent: said.slice(0, -1).trim() } : { discount: { amount: said, currency } }
}
