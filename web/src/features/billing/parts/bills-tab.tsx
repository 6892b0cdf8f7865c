import { SimpleGrid } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'
import { useGo } from '../../../kernel/routing.tsx'
import { Section } from '../../../ui/page.tsx'
import { BillList } from './bill-list.tsx'
import { Deposits } from './deposits.tsx'
import { OpenCharges } from './open-charges.tsx'

/** The patient's charges, bills and deposits. */
export function BillsTab({ patientId }: { patientId: string }) {
  const t = useText()
  const go = useGo()
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} style={{ alignItems: 'start' }}>
      <Section title={t('billing.bills.title')}><BillList filter={{ patientId }} onOpen={(bill) => go(`/billing/invoices/${bill.id}`)} /></Section>
      <Section title={t('billing.charges.open')}><OpenCharges filter={{ patientId }} /></Section>
      <Section title={t('billing.deposit.title')}><Deposits patientId={patientId} /></Section>
    </SimpleGrid>
  )
}
