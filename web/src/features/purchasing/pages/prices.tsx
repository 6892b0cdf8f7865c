import { useState } from 'react'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Money } from '../../../ui/money.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { TableImport, VendorSelect } from '../../inventory/public.tsx'
import { api } from '../queries.ts'

/** What vendors ask, and their price lists as tables. */
export function PricesPage() {
  const t = useText()
  const format = useFormat()
  const { facilityId, can } = useAuth()
  const [vendorId, setVendor] = useState('')
  const load = ({ cursor, limit, signal }: PageRequest) => api.listPrices({ query: { cursor, limit, ...(vendorId === '' ? {} : { vendorId }) }, signal })
  return (
    <Page title={t('purchasing.prices')} crumbs={[{ label: t('purchasing.orders'), path: '/purchasing/orders' }]}>
      {can('purchasing.order') ? (
        <Section title={t('purchasing.prices.import')}>
          <TableImport hint={t('purchasing.prices.hint')} example="sku,price,unit,from" fields={vendorId === '' ? undefined : { vendorId, facilityId }} invalidate={[['purchasing']]} send={(form) => api.importPrices({ form })}>
            <VendorSelect label={t('purchasing.vendor')} value={vendorId} onChange={setVendor} />
          </TableImport>
        </Section>
      ) : null}
      <DataTable
        name="prices" queryKey={['purchasing', 'prices', vendorId]} load={load} rowId={(row) => row.id} empty={{ title: t('purchasing.prices.none') }}
        columns={[
          { key: 'item', label: t('inventory.item'), render: (row) => <bdi>{row.itemName}</bdi>, csv: (row) => row.itemName }, { key: 'vendor', label: t('purchasing.vendor'), render: (row) => <bdi>{row.vendorName}</bdi>, csv: (row) => row.vendorName }, { key: 'unit', label: t('inventory.unit'), render: (row) => <bdi>{row.unit}</bdi> },
          { key: 'price', label: t('purchasing.price'), align: 'end', render: (row) => <Money value={row.unitPrice} />, csv: (row) => row.unitPrice.amount }, { key: 'from', label: t('common.from'), render: (row) => format.day(row.validFrom), csv: (row) => row.validFrom },
          { key: 'state', label: t('common.state'), render: (row) => <StateBadge tone={row.isCurrent ? 'good' : 'neutral'} label={t(row.isCurrent ? 'purchasing.prices.current' : row.validFrom > format.today() ? 'purchasing.prices.coming' : 'purchasing.prices.past')} /> },
        ]}
      />
    </Page>
  )
}
