import { Alert, List } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useText } from '../../../kernel/i18n.ts'
import type { Checked } from './checking.ts'

/** What of the basket is measured already, before it is placed. */
export function Repetitions({ warnings }: Pick<Checked, 'warnings'>) {
  const t = useText()
  if (warnings.length === 0) return null
  const lines = new Set(warnings.map((one) => t(one.isInBasket ? 'orders.duplicate.inBasket' : 'orders.duplicate.before', { item: one.item, name: one.name })))
  return (
    <Alert variant="light" color="yellow" icon={<IconAlertTriangle aria-hidden />} title={t('orders.duplicate.title')}>
      <List size="sm">{[...lines].map((line) => <List.Item key={line}>{line}</List.Item>)}</List>
    </Alert>
  )
}
