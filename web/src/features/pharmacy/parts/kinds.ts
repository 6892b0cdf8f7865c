import { useQueries } from '@tanstack/react-query'
import { inventory } from '#contract/inventory.ts'
import { client } from '../../../kernel/api.ts'

const stock = client(inventory)

/** Which of some items are cold or controlled: those ask for a second person, or for somebody who says that they were looked at. */
export function useKinds(itemIds: readonly string[]) {
  const found = useQueries({ queries: [...new Set(itemIds)].map((id) => ({ queryKey: ['inventory', 'item', id], queryFn: () => stock.readItem({ params: { id } }), staleTime: 60_000 })) })
  const items = new Map(found.flatMap(({ data }) => (data === undefined ? [] : [[data.id, data] as const])))
  const isControlled = (id: string): boolean => (items.get(id)?.controlledClass ?? '') !== ''
  const isCold = (id: string): boolean => ['refrigerated', 'frozen'].includes(items.get(id)?.storage ?? '')
  return { isControlled, needsCheck: (id: string) => isControlled(id) || isCold(id) }
}
