import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { BasketWarning, OrderAsk } from '#contract/orders.ts'
import { api } from '../queries.ts'
import { type BasketItem, bodyOf, isCounted, keyOf } from './basket-values.ts'

const patienceMs = 300

export interface Checked {
  warnings: readonly BasketWarning[]
  /** What is asked of a thing in the basket. */
  askOf: (item: BasketItem) => OrderAsk | undefined
  /** Whether the answer is about what the basket holds now. */
  isCurrent: boolean
}

const idOf = (basket: readonly BasketItem[]): string => basket.map(keyOf).join('\n')

/** What the server would warn of and ask, before the basket is placed. */
export function useChecked({ patientId, revises, basket }: { patientId: string; revises: string | undefined; basket: readonly BasketItem[] }): Checked {
  const [asked] = useDebouncedValue(basket, patienceMs)
  const items = asked.map(bodyOf)
  const query = useQuery({
    queryKey: ['orders', 'check', patientId, revises, items], queryFn: async ({ signal }) => ({ ...(await api.checkOrder({ body: { patientId, items, ...(revises === undefined ? {} : { revises }) }, signal })), keys: asked.map(keyOf) }),
    enabled: items.length > 0 && isCounted(asked), retry: false, placeholderData: keepPreviousData,
  })
  const { warnings = [], asks = [], keys = [] } = query.data ?? {}
  const byKey = new Map(asks.map((ask) => [keys[ask.index], ask]))
  return { warnings: basket.length === 0 ? [] : warnings, askOf: (item) => byKey.get(keyOf(item)), isCurrent: query.isError || keys.join('\n') === idOf(basket) }
}
