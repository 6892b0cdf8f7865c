import { type Ref, useState } from 'react'
import { Button, Group, Kbd, Stack, Text, TextInput } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'
import { MoneyInput } from '../../../ui/money.tsx'
import type { Quote } from '../queries.ts'
import { Sums } from './sums.tsx'

export const methods = ['cash', 'upi', 'card'] as const
export type Method = (typeof methods)[number]

const minor = (amount: string): bigint => {
  const [whole = '0', fraction = ''] = amount.split('.')
  return BigInt(whole === '' ? '0' : whole) * 100n + BigInt(fraction.slice(0, 2).padEnd(2, '0') || '0')
}
const text = (units: bigint): string => `${units / 100n}.${String(units % 100n).padStart(2, '0')}`

/** What each way takes: cash what the others leave; and what goes back of what was given. */
export function partsOf(total: string, upi: string, card: string, given: string): { parts: { method: Method; amount: string }[]; change: string | undefined; isRight: boolean } {
  const others = minor(upi) + minor(card)
  const cash = minor(total) - others
  const parts = ([['cash', cash], ['upi', minor(upi)], ['card', minor(card)]] as const).filter(([, amount]) => amount > 0n).map(([method, amount]) => ({ method, amount: text(amount) }))
  const back = given === '' ? undefined : minor(given) - cash
  return { parts, change: back === undefined || back < 0n ? undefined : text(back), isRight: cash >= 0n && (back === undefined || back >= 0n) }
}

interface TillProps {
  /** The form, for the keys of the counter. */
  ref: Ref<HTMLFormElement>
  quote: Quote
  isPending: boolean
  /** The basket has changed and the new sum is on its way. */
  isOld: boolean
  onSell: (payments: { method: Method; amount: { amount: string; currency: string } }[]) => void
}

/** The sum, how it is paid, and what goes back. Enter in any field sells. */
export function Till({ ref, quote, isPending, isOld, onSell }: TillProps) {
  const t = useText()
  const [upi, setUpi] = useState('')
  const [card, setCard] = useState('')
  const [given, setGiven] = useState('')
  const { currency } = quote.total
  const { parts, change, isRight } = partsOf(quote.total.amount, upi, card, given)
  return (
    <form
      ref={ref}
      onSubmit={(event) => {
        event.preventDefault()
        if (isRight && !isOld && !isPending) onSell(parts.map((part) => ({ method: part.method, amount: { amount: part.amount, currency } })))
      }}
    >
      <Stack gap="sm">
        <Sums of={quote} isLarge />
        <MoneyInput label={t('pharmacy.pay.given')} currency={currency} value={given} onChange={setGiven} />
        <Group grow>
          <MoneyInput label={t('pharmacy.pay.upi')} currency={currency} value={upi} onChange={setUpi} />
          <MoneyInput label={t('pharmacy.pay.card')} currency={currency} value={card} onChange={setCard} />
        </Group>
        {change === undefined ? null : <TextInput readOnly label={t('pharmacy.pay.change')} value={change} className="figures" />}
        <Button type="submit" size="md" loading={isPending} disabled={!isRight || isOld}>{t('pharmacy.pay.sell')}</Button>
        <Text size="xs" c="dimmed"><Kbd size="xs">F2</Kbd> {t('pharmacy.counter.key.scan')} · <Kbd size="xs">F8</Kbd> {t('pharmacy.counter.key.pay')} · <Kbd size="xs">Ctrl</Kbd> <Kbd size="xs">Enter</Kbd> {t('pharmacy.pay.sell')}</Text>
      </Stack>
    </form>
  )
}
