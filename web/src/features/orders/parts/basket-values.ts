import type { Order, OrderKind, OrderSet } from '#contract/orders.ts'

/** One thing in the basket: by its code in the catalogue, or by name. */
export interface BasketItem {
  kind: OrderKind
  code?: string
  name: string
  /** As it is typed: a decimal above zero. */
  quantity: string
  /** What else was said of it, kept as it is. */
  of?: { testId?: string | undefined; labTestId?: string | undefined; serviceId?: string | undefined; instructions?: string | undefined }
}

export const keyOf = (item: BasketItem): string => `${item.kind}:${item.code ?? item.name}`

/** The basket with more in it, each thing once. */
export function withItems(basket: readonly BasketItem[], more: readonly BasketItem[]): BasketItem[] {
  const all = new Map([...basket, ...more].map((item) => [keyOf(item), item]))
  return [...all.values()]
}

export const without = (basket: readonly BasketItem[], item: BasketItem): BasketItem[] => basket.filter((one) => keyOf(one) !== keyOf(item))

/** As the server takes it. */
export const bodyOf = ({ kind, code, name, quantity, of = {} }: BasketItem) => ({ ...of, kind, quantity, name, ...(code === undefined ? {} : { code }) })

/** What a set asks for, with what the basket does not show of it. */
export const itemsOfSet = (set: OrderSet): BasketItem[] =>
  set.items.map(({ kind, code, name, quantity, ...of }) => ({ kind, quantity, name: name ?? code ?? '', of: withoutHoles(of), ...(code === undefined ? {} : { code }) }))

const withoutHoles = ({ testId, labTestId, serviceId, instructions }: NonNullable<BasketItem['of']>): NonNullable<BasketItem['of']> => ({ ...(testId === undefined ? {} : { testId }), ...(labTestId === undefined ? {} : { labTestId }), ...(serviceId === undefined ? {} : { serviceId }), ...(instructions === undefined || instructions === '' ? {} : { instructions }) })

/** The basket with another quantity of one thing. */
export const withQuantity = (basket: readonly BasketItem[], item: BasketItem, quantity: string): BasketItem[] => basket.map((one) => (keyOf(one) === keyOf(item) ? { ...one, quantity } : one))

/** Whether every quantity can be sent: above zero, with three decimals at most. */
export const isCounted = (basket: readonly BasketItem[]): boolean => basket.every(({ quantity }) => /^\d{1,9}(\.\d{1,3})?$/.test(quantity) && Number(quantity) > 0)

const lives = new Set(['ordered', 'in-progress', 'completed'])
/** What an order still asks for, as a basket to change. */
export const itemsOf = (order: Order): BasketItem[] =>
  order.items.filter((item) => lives.has(item.state)).map(({ kind, code, name, quantity, serviceId, instructions }) => ({ kind, name, quantity, of: withoutHoles({ serviceId: serviceId ?? undefined, instructions }), ...(code === '' ? {} : { code }) }))
