import { Group, Table, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { pharmacy } from '#contract/pharmacy.ts'
import { client } from '../../../kernel/api.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { Money } from '../../../ui/money.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { api } from '../queries.ts'

const counter = client(pharmacy)

function Purchases({ from, to }: { from: string; to: string }) {
  const t = useText()
  const { facilityId } = useAuth()
  const query = useQuery({ queryKey: ['purchasing', 'register', facilityId, from, to], queryFn: ({ signal }) => api.purchaseRegister({ query: { facilityId, from, to }, signal }) })
  return (
    <Loaded query={query}>
      {({ items }) => (items.length === 0 ? <Empty title={t('purchasing.register.nothing')} /> : (
        <Table.ScrollContainer minWidth={420}><Table>
          <Table.Thead><Table.Tr><Table.Th>{t('purchasing.register.rate')}</Table.Th><Table.Th ta="end">{t('purchasing.register.taxable')}</Table.Th><Table.Th ta="end">{t('purchasing.tax')}</Table.Th><Table.Th ta="end">{t('common.total')}</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>{items.map((row) => <Table.Tr key={row.taxRatePercent}><Table.Td>{row.taxRatePercent} %</Table.Td><Table.Td ta="end"><Money value={row.taxable} /></Table.Td><Table.Td ta="end"><Money value={row.tax} /></Table.Td><Table.Td ta="end"><Money value={row.total} /></Table.Td></Table.Tr>)}</Table.Tbody>
        </Table></Table.ScrollContainer>
      ))}
    </Loaded>
  )
}

function Sales({ from, to }: { from: string; to: string }) {
  const t = useText()
  const { facilityId } = useAuth()
  const query = useQuery({ queryKey: ['pharmacy', 'register', facilityId, from, to], queryFn: ({ signal }) => counter.salesRegister({ query: { facilityId, from, to }, signal }) })
  return (
    <Loaded query={query}>
      {({ items }) => (items.length === 0 ? <Empty title={t('purchasing.register.nothing')} /> : (
        <Table.ScrollContainer minWidth={640}>
          <Table>
            <Table.Thead><Table.Tr><Table.Th>HSN</Table.Th><Table.Th>{t('purchasing.register.rate')}</Table.Th><Table.Th ta="end">{t('purchasing.register.taxable')}</Table.Th><Table.Th ta="end">CGST</Table.Th><Table.Th ta="end">SGST</Table.Th><Table.Th ta="end">IGST</Table.Th><Table.Th ta="end">{t('common.total')}</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>{items.map((row) => <Table.Tr key={`${row.taxCode} ${row.taxRatePercent}`}><Table.Td>{row.taxCode || '–'}</Table.Td><Table.Td>{row.taxRatePercent} %</Table.Td>{([['taxable', row.taxable], ['cgst', row.cgst], ['sgst', row.sgst], ['igst', row.igst], ['total', row.total]] as const).map(([key, value]) => <Table.Td key={key} ta="end"><Money value={value} /></Table.Td>)}</Table.Tr>)}</Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      ))}
    </Loaded>
  )
}

/** Purchases and sales of some days by rate of tax: what a GST return asks. */
export function RegistersPage() {
  const t = useText()
  const format = useFormat()
  const today = format.today()
  const [fromParam, setFrom] = useSearchParam('from')
  const [toParam, setTo] = useSearchParam('to')
  const from = fromParam ?? `${today.slice(0, 7)}-01`
  const to = toParam ?? today
  return (
    <Page title={t('purchasing.registers')} actions={<Group><TextInput type="date" aria-label={t('common.from')} max={to} value={from} onChange={(event) => setFrom(event.currentTarget.value || undefined)} /><TextInput type="date" aria-label={t('common.to')} min={from} max={today} value={to} onChange={(event) => setTo(event.currentTarget.value || undefined)} /></Group>}>
      <Section title={t('purchasing.register.purchases')}><Purchases from={from} to={to} /></Section>
      <Section title={t('purchasing.register.sales')}><Sales from={from} to={to} /></Section>
    </Page>
  )
}
