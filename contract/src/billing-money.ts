import { z } from 'zod'
import { decimalText, money, positiveDecimal } from './common/values.ts'

export const paymentMethod = z.enum(['cash', 'card', 'upi', 'bank', 'wallet', 'insurance', 'deposit'])
export type PaymentMethod = z.output<typeof paymentMethod>
/** Ways money comes in; a deposit that is used up came before. */
export const takenMethod = paymentMethod.exclude(['deposit'])
export type TakenMethod = z.output<typeof takenMethod>

/** An amount with the decimals of its currency; never negative where it is taken in. */
export const amountIn = z.strictObject({ amount: decimalText.refine((value) => !value.startsWith('-'), { error: 'number.positive' }), currency: money.shape.currency })
export const paidIn = z.strictObject({ amount: positiveDecimal, currency: money.shape.currency })
