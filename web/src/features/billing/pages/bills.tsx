import { Select, TextInput } from '@mantine/core'
import { invoiceState } from '#contract/billing.ts'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Money } from '../../../ui/money.tsx'
import { Page } from '../../../ui/page.tsx'
import { PatientName } from '../../../ui/patient-name.tsx'
import { When } from '../../../ui/time.tsx'
import { BillState } from '../parts/bill-state.tsx'
import { FacilityFilter, useFacilityFilter } from '../parts/facility-filter.tsx'
import { api } from '../queries.ts'

const isDate = (text: string | undefined): boolean => text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text)

/** Bills of the facility, newest first. */
export function BillsPage() {
  const t = useText()
  const format = useFormat()
  const place = useFacilityFilter()
  const [stateParam, setState] = useSearchParam('state')
  const [from, setFrom] = useSearchParam('from')
  const [to, setTo] = useSearchParam('to')
  const [number, setNumber] = useSearchParam('number')
  const filter = { facilityId: place.facilityId, state: invoiceState.safeParse(stateParam).data, ...(isDate(from) ? { from } : {}), ...(isDate(to) ? { to } : {}), ...(number ? { number: number.toUpperCase() } : {}) }
  const load = ({ cursor, limit, signal }: PageRequest) => api.listInvoices({ query: { ...filter, cursor, limit }, signal })
  const states = [{ value: '', label: t('billing.anyState') }, ...invoiceState.options.map((value) => ({ value, label: t(`billing.state.${value}`) }))]
  const toolbar = (
    <>
      <FacilityFilter filter={place} />
      <Select w={170} aria-label={t('common.state')} data={states} value={filter.state ?? ''} onChange={(value) => setState(value ?? undefined)} />
      <TextInput type="date" aria-label={t('common.from')} value={from ?? ''} onChange={(event) => setFrom(event.currentTarget.value || undefined)} />
      <TextInput type="date" aria-label={t('common.to')} value={to ?? ''} onChange={(event) => setTo(event.currentTarget.value || undefined)} />
      <TextInput w={180} aria-label={t('billing.number')} placeholder={t('billing.number')} maxLength={16} value={number ?? ''} onChange={(event) => setNumber(event.currentTarget.value || undefined)} />
    </>
  )
  return (
    <Page title={t('billing.bills.title')}>
      <DataTable
        name="bills" queryKey={['billing', 'bills', 'list', filter]} load={load} rowId={(row) => row.id} rowPath={(row) => `/billing/invoices/${row.id}`} toolbar={toolbar} empty={{ title: t('billing.bills.empty'), hint: t('billing.bills.emptyHint') }}
        columns={[
          { key: 'number', label: t('billing.number'), render: (row) => row.number ?? t('billing.draft'), csv: (row) => row.number ?? '' },
          { key: 'patient', label: t('common.patient'), render: (row) => <PatientName row={row} />, csv: (row) => row.patientMrn },
          { key: 'issuedAt', label: t('common.date'), render: (row) => <When at={row.issuedAt ?? row.createdAt} />, csv: (row) => format.dayTime(row.issuedAt ?? row.createdAt) },
          { key: 'state', label: t('common.state'), render: (row) => <BillState state={row.state} />, csv: (row) => t(`billing.state.${row.state}`) },
          { key: 'total', label: t('common.total'), align: 'end', render: (row) => <Money value={row.total} />, csv: (row) => row.total.amount },
          { key: 'balance', label: t('billing.sum.balance'), align: 'end', render: (row) => (row.number === null ? '–' : <Money value={row.balance} />), csv: (row) => row.balance.amount },
        ]}
      />
    </Page>
  )
}
