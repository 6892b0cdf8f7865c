import { Text } from '@mantine/core'
import { queryOptions } from '@tanstack/react-query'
import type { OrderableKind } from '#contract/order-catalogue.ts'
import { useLanguage, useText } from '../../../kernel/i18n.ts'
import { SearchBox } from '../../../ui/search-box.tsx'
import { type Orderable, orderablesQuery } from '../queries.ts'

interface OrderableSearchProps {
  /** Undefined for a kind without a catalogue here: it is ordered in words. */
  kind: OrderableKind | undefined
  onTake: (orderable: Orderable) => void
  onWords: (name: string) => void
}

const nothing = (search: string) => queryOptions({ queryKey: ['orders', 'in words', search] as const, queryFn: () => ({ items: [] as Orderable[] }) })
const longest = 200

/** Finds what may be ordered by its code or a word of its name in any language; what no catalogue knows is taken in words. */
export function OrderableSearch({ kind, onTake, onWords }: OrderableSearchProps) {
  const t = useText()
  const language = useLanguage()
  const other = { label: (name: string) => t('orders.basket.asTyped', { name: name.slice(0, longest) }), onTake: (name: string) => onWords(name.slice(0, longest)) }
  const shared = { label: t('orders.basket.otherName'), placeholder: t('orders.basket.testHint'), none: '', onTake, other }
  const render = (one: Orderable) => <><Text size="sm" fw={600}>{one.name}</Text><Text size="xs">{one.names[language] === undefined ? null : <><bdi>{one.names[language]}</bdi> · </>}<bdi>{one.code}</bdi></Text></>
  return kind === undefined ? <SearchBox key="words" {...shared} query={nothing} render={render} /> : <SearchBox key={kind} {...shared} query={(search) => orderablesQuery(kind, search)} render={render} />
}
