import { Alert, List } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconAlertTriangle } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useText } from '../../../kernel/i18n.ts'
import { api } from '../queries.ts'
import { bodyOf, type BasketItem, isCounted } from './basket-values.ts'

const patienceMs = 300

/** What of the basket is measured already, before it is placed. */
export function Repetitions({ patientId, revises, basket }: { patientId: string; revises: string | undefined; basket: readonly BasketItem[] }) {
  const t = useText()
  const [items] = useDebouncedValue(basket.map(bodyOf), patienceMs)
  const warnings = useQuery({
    queryKey: ['orders', 'check', patientId, revises, items], queryFn: ({ signal }) => api.checkOrder({ body: { patientId, items, ...(revises === undefined ? {} : { revises }) }, signal }),
    enabled: items.length > 0 && isCounted(basket), retry: false, placeholderData: keepPreviousData,
  }).data?.warnings ?? []
  if (basket.length === 0 || warnings.length === 0) return null
  const lines = new Set(warnings.map((one) => t(one.isInBasket ? 'orders.duplicate.inBasket' : 'orders.duplicate.before', { item: one.item, name: one.name })))
  return (
    <Alert variant="light" color="yellow" icon={<IconAlertTriangle aria-hidden />} title={t('orders.duplicate.title')}>
      <List size="sm">{[...lines].map((line) => <List.Item key={line}>{line}</List.Item>)}</List>
    </Alert>
  )
}
