import type { Order, OrderKind } from '#contract/orders.ts'

/** One thing in the basket: by its code in the catalogue, or by name. */
export interface BasketItem {
  kind: OrderKind
  code?: string
  name: string
}

const keyOf = (item: BasketItem): string => `${item.kind}:${item.code ?? item.name}`

/** The basket with more in it, each thing once. */
export function withItems(basket: readonly BasketItem[], more: readonly BasketItem[]): BasketItem[] {
  const all = new Map([...basket, ...more].map((item) => [keyOf(item), item]))
  return [...all.values()]
}

export const without = (basket: readonly BasketItem[], item: BasketItem): BasketItem[] => basket.filter((one) => keyOf(one) !== keyOf(item))

/** As the server takes it. */
export const bodyOf = (item: BasketItem) => (item.code === undefined ? { kind: item.kind, name: item.name } : { kind: item.kind, code: item.code })

const lives = new Set(['ordered', 'in-progress', 'completed'])
/** What an order still asks for, as a basket to change. */
export const itemsOf = (order: Order): BasketItem[] => order.items.filter((item) => lives.has(item.state)).map(({ kind, code, name }) => (code === '' ? { kind, name } : { kind, code, name }))
