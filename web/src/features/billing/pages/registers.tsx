import { Group, TextInput } from '@mantine/core'
import { pharmacy } from '#contract/pharmacy.ts'
import { client } from '../../../kernel/api.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { type Column, DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Money } from '../../../ui/money.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'

const registers = client(pharmacy)
interface Days {
  facilityId: string
  from: string
  to: string
}
type ByRate = Awaited<ReturnType<typeof registers.salesRegister>>['items'][number]
type ByHsn = Awaited<ReturnType<typeof registers.hsnSummary>>['items'][number]
type Document = Awaited<ReturnType<typeof registers.salesDocuments>>['items'][number]

const sumNames = ['taxable', 'cgst', 'sgst', 'igst', 'total'] as const

function useSumColumns<Row extends ByRate | ByHsn | Document>(): Column<Row>[] {
  const t = useText()
  return sumNames.map((name) => ({ key: name, label: t(`billing.sum.${name}`), align: 'end', render: (row) => <Money value={row[name]} />, csv: (row) => row[name].amount }))
}

function HsnSummary({ days }: { days: Days }) {
  const t = useText()
  const columns: Column<ByHsn>[] = [
    { key: 'buyers', label: t('billing.registers.buyers'), render: (row) => t(`billing.registers.${row.buyers}`), csv: (row) => row.buyers.toUpperCase() },
    { key: 'hsn', label: 'HSN/SAC', render: (row) => (row.hsn === '' ? <StateBadge tone="warn" label={t('billing.registers.noHsn')} /> : <bdi>{row.hsn}</bdi>), csv: (row) => row.hsn },
    { key: 'uqc', label: t('billing.registers.uqc'), render: (row) => <bdi>{row.uqc}</bdi>, csv: (row) => row.uqc },
    { key: 'quantity', label: t('common.quantity'), align: 'end', render: (row) => <bdi dir="ltr" className="figures">{row.uqc === 'NA' ? '–' : row.quantity}</bdi>, csv: (row) => row.quantity },
    { key: 'rate', label: t('billing.registers.rate'), align: 'end', render: (row) => `${row.taxRatePercent}\u00a0%`, csv: (row) => row.taxRatePercent },
    ...useSumColumns<ByHsn>(),
  ]
  return <DataTable name="hsn-summary" queryKey={['pharmacy', 'register', 'hsn', days]} load={async ({ signal }: PageRequest) => ({ items: (await registers.hsnSummary({ query: days, signal })).items, nextCursor: null })} rowId={(row) => `${row.buyers} ${row.hsn} ${row.uqc} ${row.taxRatePercent}`} columns={columns} empty={{ title: t('billing.registers.nothing') }} />
}

function Rates({ days }: { days: Days }) {
  const t = useText()
  const columns: Column<ByRate>[] = [
    { key: 'rate', label: t('billing.registers.rate'), render: (row) => `${row.taxRatePercent}\u00a0%`, csv: (row) => row.taxRatePercent },
    { key: 'code', label: t('billing.service.taxCode'), render: (row) => <bdi>{row.taxCode || '–'}</bdi>, csv: (row) => row.taxCode },
    ...useSumColumns<ByRate>(),
  ]
  return <DataTable name="supplies-by-rate" queryKey={['pharmacy', 'register', 'rates', days]} load={async ({ signal }: PageRequest) => ({ items: (await registers.salesRegister({ query: days, signal })).items, nextCursor: null })} rowId={(row) => `${row.taxCode} ${row.taxRatePercent}`} columns={columns} empty={{ title: t('billing.registers.nothing') }} />
}

const paths: Record<Document['kind'], ((id: string) => string) | undefined> = { invoice: (id) => `/billing/invoices/${id}`, 'credit-note': undefined, sale: (id) => `/pharmacy/sales/${id}`, return: (id) => `/pharmacy/sales/${id}` }

function Documents({ days }: { days: Days }) {
  const t = useText()
  const columns: Column<Document>[] = [
    { key: 'on', label: t('common.date'), render: (row) => <When at={row.on} isDayOnly />, csv: (row) => row.on },
    { key: 'kind', label: t('billing.shift.kind'), render: (row) => t(`billing.registers.${row.kind}`), csv: (row) => row.kind },
    { key: 'number', label: t('billing.shift.paper'), render: (row) => <bdi>{row.number}</bdi>, csv: (row) => row.number },
    { key: 'against', label: t('billing.registers.against'), render: (row) => <bdi>{row.against}</bdi>, csv: (row) => row.against },
    { key: 'gstin', label: 'GSTIN', render: (row) => <bdi>{[row.buyerTaxNumber, row.buyerName].filter(Boolean).join(' · ') || '–'}</bdi>, csv: (row) => row.buyerTaxNumber },
    { key: 'state', label: t('billing.registers.state'), render: (row) => <bdi>{row.stateCode || '–'}</bdi>, csv: (row) => row.stateCode, isHidden: true },
    ...useSumColumns<Document>(),
  ]
  const { facilityId, from, to } = days
  const load = ({ cursor, limit, signal }: PageRequest) => registers.salesDocuments({ query: { facilityId, from, to, cursor, limit }, signal })
  return <DataTable name="supply-documents" queryKey={['pharmacy', 'register', 'documents', days]} load={load} rowId={(row) => row.id} rowPath={(row) => paths[row.kind]?.(row.id) ?? '/billing/invoices'} columns={columns} empty={{ title: t('billing.registers.nothing') }} />
}

/** Supplies of some days as a GST return asks: by HSN with quantities, by rate, and each document. */
export function SupplyRegistersPage() {
  const t = useText()
  const format = useFormat()
  const { facilityId, can } = useAuth()
  const today = format.today()
  const [fromParam, setFrom] = useSearchParam('from')
  const [toParam, setTo] = useSearchParam('to')
  const days = { facilityId, from: fromParam ?? `${today.slice(0, 7)}-01`, to: toParam ?? today }
  return (
    <Page title={t('billing.registers.title')} actions={<Group><TextInput type="date" aria-label={t('common.from')} max={days.to} value={days.from} onChange={(event) => setFrom(event.currentTarget.value || undefined)} /><TextInput type="date" aria-label={t('common.to')} min={days.from} max={today} value={days.to} onChange={(event) => setTo(event.currentTarget.value || undefined)} /></Group>}>
      <Section title={t('billing.registers.hsn')}><HsnSummary days={days} /></Section>
      <Section title={t('billing.registers.rates')}><Rates days={days} /></Section>
      {can('billing.read') ? <Section title={t('billing.registers.documents')}><Documents days={days} /></Section> : null}
    </Page>
  )
}
