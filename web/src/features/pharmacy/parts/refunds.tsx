import { Group, Stack, Text } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useDebouncedValue } from '@mantine/hooks'
import { useText } from '../../../kernel/i18n.ts'
import { useFormat } from '../../../kernel/format.ts'
import { Money, MoneyInput } from '../../../ui/money.tsx'
import { api, type ReturnQuote, type Sale } from '../queries.ts'
import type { Returned } from './take-back.tsx'

export type ByMethod = Readonly<Record<string, string>>

/** What is paid back by each way as somebody typed it; nothing typed, nothing said: then the server's own order holds. */
export function refundsBody(typed: ByMethod, sale: Sale): { refunds?: { method: Exclude<ReturnQuote['refunds'][number]['method'], 'deposit'>; amount: { amount: string; currency: string } }[] } {
  const said = Object.entries(typed).filter(([, amount]) => Number(amount) > 0)
  const methods = [...new Set(sale.payments.map((payment) => payment.method))].filter((method) => method !== 'deposit')
  const refunds = methods.flatMap((method) => said.filter(([name]) => name === method).map(([, amount]) => ({ method, amount: { amount, currency: sale.total.currency } })))
  return refunds.length === 0 ? {} : { refunds }
}

interface RefundsProps {
  sale: Sale
  chosen: readonly Returned[]
  typed: ByMethod
  errors: Record<string, string>
  onType: (typed: ByMethod) => void
}

/** What goes back and by which way: as it was paid, cash last, unless it is typed otherwise. */
export function Refunds({ sale, chosen, typed, errors, onType }: RefundsProps) {
  const t = useText()
  const format = useFormat()
  const lines = chosen.filter((line) => /^\d+(\.\d{1,3})?$/.test(line.quantity) && Number(line.quantity) > 0).map(({ id, quantity }) => ({ saleLineId: id, quantity }))
  const [text] = useDebouncedValue(JSON.stringify(lines), 200)
  const asked: typeof lines = JSON.parse(text)
  const quote = useQuery({ queryKey: ['pharmacy', 'return-quote', sale.id, sale.version, text], queryFn: () => api.quoteReturn({ params: { id: sale.id }, body: { lines: asked } }), enabled: asked.length > 0, retry: false, staleTime: 0, placeholderData: keepPreviousData })
  if (lines.length === 0 || quote.data === undefined || quote.isError) return null
  const { total, refunds, refundable } = quote.data
  const refused = Object.entries(errors).find(([path]) => path.startsWith('refunds'))?.[1]
  return (
    <Stack gap={4}>
      <Text size="sm">{t('pharmacy.refund.total')} <b><Money value={total} /></b>{refunds.map((one) => <Text key={one.method} span size="sm"> · {t(`billing.method.${one.method}`)} <Money value={one.amount} /></Text>)}</Text>
      {refundable.length < 2 ? null : (
        <Group align="end">
          {refundable.map((one) => <MoneyInput key={one.method} currency={total.currency} label={t('pharmacy.refund.of', { method: t(`billing.method.${one.method}`), left: format.money(one.amount) })} value={typed[one.method] ?? ''} onChange={(amount) => onType({ ...typed, [one.method]: amount })} />)}
        </Group>
      )}
      {refused === undefined ? null : <Text size="sm" c="red" role="alert">{refused}</Text>}
    </Stack>
  )
}
