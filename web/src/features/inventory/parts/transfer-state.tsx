import { useText } from '../../../kernel/i18n.ts'
import { StateBadge } from '../../../ui/states.tsx'
import type { Tone } from '../../../ui/theme.ts'
import type { StockCount, Transfer } from '../queries.ts'

const transferTones: Record<Transfer['state'], Tone> = { requested: 'info', dispatched: 'warn', received: 'good', cancelled: 'neutral', returning: 'warn', returned: 'neutral' }
const countTones: Record<StockCount['state'], Tone> = { counting: 'info', counted: 'warn', approved: 'good', cancelled: 'neutral' }

export function TransferState({ state }: { state: Transfer['state'] }) {
  const t = useText()
  return <StateBadge tone={transferTones[state]} label={t(`inventory.transfer.${state}`)} />
}

export function CountState({ state }: { state: StockCount['state'] }) {
  const t = useText()
  return <StateBadge tone={countTones[state]} label={t(`inventory.count.${state}`)} />
}
