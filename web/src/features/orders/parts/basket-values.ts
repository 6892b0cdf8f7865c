import type { Order, OrderAsk, OrderItem, OrderKind, OrderSet } from '#contract/orders.ts'

/** One thing in the basket: by its code in the catalogue, or by name. */
export interface BasketItem {
  kind: OrderKind
  code?: string
  name: string
  /** As it is typed: a decimal above zero. */
  quantity: string
  timing?: string
  instructions?: string
  side?: NonNullable<OrderItem['side']>
  /** What was answered for this patient. */
  pregnancy?: NonNullable<OrderItem['pregnancy']>
  isContrastChecked?: boolean
  /** What else was said of it, kept as it is. */
  of?: { testId?: string; labTestId?: string; catalogueId?: string; serviceId?: string }
}

export const keyOf = (item: BasketItem): string => `${item.kind}:${item.code ?? item.name}`
/** Whether it is named in words alone. */
export const isOther = (item: BasketItem): boolean => item.code === undefined && item.of?.catalogueId === undefined

/** The basket with more in it, each thing once. */
export function withItems(basket: readonly BasketItem[], more: readonly BasketItem[]): BasketItem[] {
  const all = new Map([...basket, ...more].map((item) => [keyOf(item), item]))
  return [...all.values()]
}

export const without = (basket: readonly BasketItem[], item: BasketItem): BasketItem[] => basket.filter((one) => keyOf(one) !== keyOf(item))

/** The basket with something else said of one thing. */
export const withChange = (basket: readonly BasketItem[], item: BasketItem, change: Partial<BasketItem>): BasketItem[] => basket.map((one) => (keyOf(one) === keyOf(item) ? { ...one, ...change } : one))

const withoutHoles = <T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== '')) as { [K in keyof T]: Exclude<T[K], undefined> }

/** As the server takes it. */
export const bodyOf = ({ of = {}, ...item }: BasketItem) => withoutHoles({ ...of, ...item })

/** What a set asks for, with what the basket does not show of it. */
export const itemsOfSet = (set: OrderSet): BasketItem[] =>
  set.items.map(({ kind, code, name, quantity, timing, instructions, side, ...of }) => ({ kind, quantity, name: name ?? code ?? '', of: withoutHoles(of), ...withoutHoles({ code, timing, instructions, side }) }))

/** Whether every quantity can be sent: above zero, with three decimals at most. */
export const isCounted = (basket: readonly BasketItem[]): boolean => basket.every(({ quantity }) => /^\d{1,9}(\.\d{1,3})?$/.test(quantity) && Number(quantity) > 0)

const lives = new Set(['ordered', 'in-progress', 'completed'])
/** What an order still asks for, as a basket to change. */
export const itemsOf = (order: Order): BasketItem[] =>
  order.items.filter((item) => lives.has(item.state)).map(({ kind, code, name, quantity, serviceId, catalogueId, instructions, timing, side, pregnancy, isContrastChecked }) => ({
    kind, name, quantity, of: withoutHoles({ serviceId: serviceId ?? undefined, catalogueId: kind === 'laboratory' ? undefined : (catalogueId ?? undefined) }), ...withoutHoles({ instructions, timing, side: side ?? undefined, pregnancy: pregnancy ?? undefined, isContrastChecked: isContrastChecked || undefined }), ...(code === '' ? {} : { code }),
  }))

/** What is asked of one thing in the basket and not answered yet. */
export const isAnswered = (item: BasketItem, ask: OrderAsk | undefined): boolean => ask === undefined || ((!ask.side || item.side !== undefined) && (!ask.pregnancy || item.pregnancy !== undefined) && (ask.contrast === 'none' || item.isContrastChecked === true))
