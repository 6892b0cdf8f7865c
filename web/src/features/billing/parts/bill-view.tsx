import { useState } from 'react'
import { Anchor, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient, useWrite } from '../../../kernel/query.ts'
import { LifecycleButtons, type LifecycleStep } from '../../../ui/lifecycle-buttons.tsx'
import { Money } from '../../../ui/money.tsx'
import { Section } from '../../../ui/page.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { api, billQuery, paymentsQuery, printBill, printReceipt, savedDraft, touched, type Bill } from '../queries.ts'
import { BillLines } from './bill-lines.tsx'
import { BillState } from './bill-state.tsx'
import { BillSums } from './bill-sums.tsx'
import { CreditForm } from './credit-form.tsx'
import { CreditNotes } from './credit-notes.tsx'
import { DraftLines } from './draft-lines.tsx'
import { PaymentForm } from './payment-form.tsx'
import { RefundForm } from './refund-form.tsx'

function Payments({ bill }: { bill: Bill }) {
  const t = useText()
  const query = useQuery(paymentsQuery(bill.id))
  const print = useWrite(printReceipt)
  if (query.data === undefined || query.data.items.length === 0) return null
  return (
    <Section title={t('billing.payments')}>
      {query.data.items.map((payment) => (
        <Group key={payment.id} justify="space-between" py={4} style={{ borderBlockEnd: '1px solid var(--line)' }}>
          <Text size="sm"><Anchor component="button" type="button" size="sm" aria-label={t('billing.receipt.print', { number: payment.number })} onClick={() => print.mutate(payment.id)}>{payment.number}</Anchor> · {t(`billing.method.${payment.method}`)} {payment.reference} · <When at={payment.receivedAt} /> · {payment.receivedBy}</Text>
          <Text size="sm" fw={600}>{payment.kind === 'refund' ? '− ' : ''}<Money value={payment.amount} /></Text>
        </Group>
      ))}
    </Section>
  )
}

function BillSteps({ bill, onCredit }: { bill: Bill; onCredit: () => void }) {
  const t = useText()
  const { can } = useAuth()
  /** A line left on the way to the button makes a newer version than the button was drawn with. */
  const common = () => ({ params: { id: bill.id }, ifMatch: queryClient.getQueryData(billQuery(bill.id).queryKey)?.version ?? bill.version })
  const steps: LifecycleStep[] = [
    { step: 'issue', label: t('billing.step.issue'), isPrimary: true, confirm: t('billing.step.issueConfirm'), run: () => savedDraft(bill.id).then(() => api.issueInvoice({ ...common(), body: {} })) },
    { step: 'print', label: t('common.print'), run: () => printBill(bill.id) },
    { step: 'duplicate', label: t('billing.step.duplicate'), run: () => printBill(bill.id, 'duplicate') },
    { step: 'credit', label: t('billing.step.credit'), run: async () => onCredit() },
    { step: 'cancel', label: t('billing.step.cancel'), needsReason: true, isDangerous: true, run: (reason) => api.cancelInvoice({ ...common(), body: { reason } }) },
  ]
  const mine = can('billing.write', bill.facilityId) ? bill.actions : []
  return <LifecycleButtons actions={[...mine, ...(bill.number === null ? [] : ['print', 'duplicate'])]} steps={steps} invalidate={touched} />
}

function Shown({ bill }: { bill: Bill }) {
  const t = useText()
  const { can } = useAuth()
  const [isCrediting, setCrediting] = useState(false)
  const mayCollect = can('billing.collect', bill.facilityId)
  return (
    <Stack gap="md">
      <Section title={bill.number ?? t('billing.draft')} actions={<BillSteps bill={bill} onCredit={() => setCrediting(true)} />}>
        <Stack gap="sm">
          <Group gap="sm">
            <BillState state={bill.state} />
            <Text size="sm" c="dimmed">{t(`billing.kind.${bill.kind}`)} · <When at={bill.issuedAt ?? bill.createdAt} /></Text>
          </Group>
          {bill.state === 'draft' && can('billing.write', bill.facilityId) ? <DraftLines bill={bill} /> : <BillLines bill={bill} />}
          <BillSums bill={bill} />
        </Stack>
      </Section>
      {isCrediting ? <Section title={t('billing.step.credit')}><CreditForm bill={bill} onClose={() => setCrediting(false)} /></Section> : null}
      {bill.actions.includes('pay') && mayCollect ? <Section title={t('billing.pay.title')}><PaymentForm key={bill.version} bill={bill} /></Section> : null}
      {bill.actions.includes('refund') && mayCollect ? <Section title={t('billing.refund.title')}><RefundForm key={bill.version} bill={bill} /></Section> : null}
      <Payments bill={bill} />
      <CreditNotes bill={bill} />
    </Stack>
  )
}

/** A bill with what may be done to it. */
export function BillView({ id }: { id: string }) {
  const query = useQuery(billQuery(id))
  return <Loaded query={query}>{(bill) => <Shown bill={bill} />}</Loaded>
}
