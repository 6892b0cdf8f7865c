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
import { When } from '../../../ui/time.tsx'
import { api } from '../queries.ts'

const counter = client(pharmacy)

interface Days {
  facilityId: string
  from: string
  to: string
}

const sumNames = ['taxable', 'cgst', 'sgst', 'igst', 'total'] as const
type Sums = Record<(typeof sumNames)[number], { amount: string; currency: string }>

function useSumColumns<Row extends Sums>(): Column<Row>[] {
  const t = useText()
  const labels = { taxable: t('purchasing.register.taxable'), cgst: 'CGST', sgst: 'SGST', igst: 'IGST', total: t('common.total') }
  return sumNames.map((name) => ({ key: name, label: labels[name], align: 'end', render: (row) => <Money value={row[name]} />, csv: (row) => row[name].amount }))
}

function ByRate({ name, module, days, load }: { name: string; module: 'purchasing' | 'pharmacy'; days: Days; load: (signal: AbortSignal) => Promise<{ items: (Sums & { taxCode: string; taxRatePercent: string })[] }> }) {
  const t = useText()
  const columns: Column<Sums & { taxCode: string; taxRatePercent: string }>[] = [
    { key: 'taxCode', label: 'HSN', render: (row) => row.taxCode || '–', csv: (row) => row.taxCode },
    { key: 'rate', label: t('purchasing.register.rate'), render: (row) => `${row.taxRatePercent} %`, csv: (row) => row.taxRatePercent },
    ...useSumColumns<Sums & { taxCode: string; taxRatePercent: string }>(),
  ]
  return <DataTable name={name} queryKey={[module, 'register', days]} load={async ({ signal }) => ({ items: (await load(signal)).items, nextCursor: null })} rowId={(row) => `${row.taxCode} ${row.taxRatePercent}`} columns={columns} empty={{ title: t('purchasing.register.nothing') }} />
}

type Document = Awaited<ReturnType<typeof api.purchaseDocuments>>['items'][number]

function Documents({ days }: { days: Days }) {
  const t = useText()
  const columns: Column<Document>[] = [
    { key: 'on', label: t('common.date'), render: (row) => <When at={row.on} isDayOnly />, csv: (row) => row.on },
    { key: 'number', label: t('inventory.number'), render: (row) => <bdi>{row.number}</bdi>, csv: (row) => row.number },
    { key: 'vendor', label: t('purchasing.vendor'), render: (row) => <bdi>{row.vendorName}</bdi>, csv: (row) => row.vendorName },
    { key: 'gstin', label: 'GSTIN', render: (row) => <bdi>{row.vendorTaxNumber || '–'}</bdi>, csv: (row) => row.vendorTaxNumber },
    { key: 'bill', label: t('purchasing.register.bill'), render: (row) => (row.billNumber === '' ? '–' : <bdi>{row.billNumber}</bdi>), csv: (row) => row.billNumber },
    ...useSumColumns<Document>(),
  ]
  const load = ({ cursor, limit, signal }: PageRequest) => api.purchaseDocuments({ query: { ...days, cursor, limit }, signal })
  return <DataTable name="purchase-documents" queryKey={['purchasing', 'register', 'documents', days]} load={load} rowId={(row) => row.id} rowPath={(row) => (row.kind === 'receipt' ? `/purchasing/receipts/${row.id}` : '/purchasing/returns')} columns={columns} empty={{ title: t('purchasing.register.nothing') }} />
}

/** Purchases and sales of some days by HSN and rate of tax, and each document: what a GST return asks. */
export function RegistersPage() {
  const t = useText()
  const format = useFormat()
  const { facilityId } = useAuth()
  const today = format.today()
  const [fromParam, setFrom] = useSearchParam('from')
  const [toParam, setTo] = useSearchParam('to')
  const days = { facilityId, from: fromParam ?? `${today.slice(0, 7)}-01`, to: toParam ?? today }
  return (
    <Page title={t('purchasing.registers')} actions={<Group><TextInput type="date" aria-label={t('common.from')} max={days.to} value={days.from} onChange={(event) => setFrom(event.currentTarget.value || undefined)} /><TextInput type="date" aria-label={t('common.to')} min={days.from} max={today} value={days.to} onChange={(event) => setTo(event.currentTarget.value || undefined)} /></Group>}>
      <Section title={t('purchasing.register.purchases')}><ByRate name="purchases-by-rate" module="purchasing" days={days} load={(signal) => api.purchaseRegister({ query: days, signal })} /></Section>
      <Section title={t('purchasing.register.documents')}><Documents days={days} /></Section>
      <Section title={t('purchasing.register.sales')}><ByRate name="sales-by-rate" module="pharmacy" days={days} load={(signal) => counter.salesRegister({ query: days, signal })} /></Section>
    </Page>
  )
}
