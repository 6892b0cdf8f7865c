import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useText } from '../../../kernel/i18n.ts'
import { Money } from '../../../ui/money.tsx'
import { isZero } from '../amounts.ts'
import { sourcesQuery, type Bill, type BillLine, type Charge } from '../queries.ts'
import { Step } from './why.tsx'

function Tax({ line }: { line: BillLine }) {
  const t = useText()
  const code = line.taxCode || '–'
  if (isZero(line.taxRatePercent)) return <Text size="sm">{t('billing.rule.exempt', { code })}</Text>
  const parts = ([['cgst', line.cgst], ['sgst', line.sgst], ['igst', line.igst]] as const).filter(([, value]) => !isZero(value.amount))
  return (
    <>
      <Text size="sm">{t(isZero(line.cgst.amount) ? 'billing.rule.whole' : 'billing.rule.halves', { rate: line.taxRatePercent, code })}</Text>
      {parts.length === 0 ? <Step label={t('billing.sum.tax')} value={line.tax} sign="+" /> : parts.map(([key, value]) => <Step key={key} label={t(`billing.sum.${key}`)} value={value} sign="+" />)}
    </>
  )
}

/** By whom or by which rule the line came on the bill. */
function Source({ bill, chargeId }: { bill: Bill; chargeId: string }) {
  const t = useText()
  const query = useQuery(sourcesQuery(bill.encounterId === null ? { patientId: bill.patientId } : { encounterId: bill.encounterId }))
  const charge = query.data?.items.find((one) => one.id === chargeId)
  return charge === undefined ? null : <Text size="sm" c="dimmed">{t('billing.rule.source', { source: t(`billing.source.${charge.source.type}`) })}</Text>
}

/** How a line's amount came to be: price, quantity, discount, rate, halves, and where it comes from. */
export function LineDerivation({ bill, line }: { bill: Bill; line: BillLine }) {
  const t = useText()
  return (
    <>
      <Text size="sm" className="figures"><bdi>{line.quantity} × <Money value={line.unitPrice} /> = <Money value={line.gross} /></bdi></Text>
      {isZero(line.discount.amount) ? null : <Step label={t('billing.sum.discount')} value={line.discount} sign="−" />}
      <Step label={t('billing.sum.taxable')} value={line.taxable} />
      <Tax line={line} />
      <Step label={t('common.total')} value={line.total} />
      {isZero(line.taxRatePercent) ? null : <Text size="sm" c="dimmed">{t(line.isTaxIncluded ? 'billing.rule.included' : 'billing.rule.excluded')}</Text>}
      {line.chargeId === null ? <Text size="sm" c="dimmed">{t('billing.rule.source', { source: t('billing.source.manual') })}</Text> : <Source bill={bill} chargeId={line.chargeId} />}
    </>
  )
}

/** How the amount of a charge came to be. */
export function ChargeDerivation({ charge }: { charge: Charge }) {
  const t = useText()
  return (
    <>
      <Text size="sm" className="figures"><bdi>{charge.quantity} × <Money value={charge.unitPrice} /> = <Money value={charge.amount} /></bdi></Text>
      <Text size="sm">{isZero(charge.taxRatePercent) ? t('billing.exempt') : t('billing.rule.rate', { rate: charge.taxRatePercent })}</Text>
      {isZero(charge.taxRatePercent) ? null : <Text size="sm" c="dimmed">{t(charge.isTaxIncluded ? 'billing.rule.included' : 'billing.rule.excluded')}</Text>}
      <Text size="sm" c="dimmed">{t('billing.rule.source', { source: t(`billing.source.${charge.source.type}`) })}</Text>
    </>
  )
}
