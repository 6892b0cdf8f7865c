import { Anchor, Group, Stack } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { Money } from '../../../ui/money.tsx'
import { Section } from '../../../ui/page.tsx'
import { api } from '../queries.ts'

/** What came of an order so far, each with its paper. */
export function OrderReceipts({ orderId }: { orderId: string }) {
  const t = useText()
  const format = useFormat()
  const { data } = useQuery({ queryKey: ['purchasing', 'receipts', 'of', orderId], queryFn: ({ signal }) => api.listReceipts({ query: { purchaseOrderId: orderId, limit: 50 }, signal }) })
  if (data === undefined || data.items.length === 0) return null
  return (
    <Section title={t('purchasing.receipts')}>
      <Stack gap="xs">{data.items.map((one) => <Group key={one.id} justify="space-between"><Anchor component={Link} to={`/purchasing/receipts/${one.id}`} size="sm">{one.number}</Anchor><Group gap="lg"><span>{format.day(one.receivedOn)}</span><Money value={one.total} /></Group></Group>)}</Stack>
    </Section>
  )
}
