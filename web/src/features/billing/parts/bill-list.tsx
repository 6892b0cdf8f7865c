import { Group, Stack, Text, UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useText } from '../../../kernel/i18n.ts'
import { Money } from '../../../ui/money.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { billsQuery, type Invoice } from '../queries.ts'
import { BillState } from './bill-state.tsx'

/** One bill in a list: number, whose, when, what is left. */
export function BillRow({ bill, hasPatient = false, onOpen }: { bill: Invoice; hasPatient?: boolean; onOpen: (bill: Invoice) => void }) {
  const t = useText()
  return (
    <UnstyledButton onClick={() => onOpen(bill)} py={6} style={{ borderBlockEnd: '1px solid var(--line)' }}>
      <Group justify="space-between" wrap="nowrap">
        <Stack gap={0} miw={0}>
          <Text size="sm" fw={600} truncate><bdi>{hasPatient ? bill.patientName : (bill.number ?? t('billing.draft'))}</bdi></Text>
          <Text size="xs" c="dimmed" className="figures">{hasPatient ? `${bill.patientMrn} · ${bill.number ?? t('billing.draft')}` : <When at={bill.issuedAt ?? bill.createdAt} />}</Text>
        </Stack>
        <Stack gap={2} align="end">
          <Text size="sm"><Money value={bill.number === null ? bill.total : bill.balance} /></Text>
          <BillState state={bill.state} />
        </Stack>
      </Group>
    </UnstyledButton>
  )
}

/** Bills of a patient or a visit, newest first. */
export function BillList({ filter, onOpen }: { filter: { patientId?: string; encounterId?: string }; onOpen: (bill: Invoice) => void }) {
  const t = useText()
  const query = useQuery(billsQuery(filter))
  return <Loaded query={query} rows={2}>{({ items }) => (items.length === 0 ? <Text size="sm" c="dimmed">{t('billing.bills.empty')}</Text> : <Stack gap={0}>{items.map((bill) => <BillRow key={bill.id} bill={bill} onOpen={onOpen} />)}</Stack>)}</Loaded>
}
