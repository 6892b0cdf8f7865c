import { useState } from 'react'
import { Group, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Money } from '../../../ui/money.tsx'
import { Page } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { api } from '../queries.ts'

/** Sales over the counter and their returns. */
export function SalesPage() {
  const t = useText()
  const { facilityId } = useAuth()
  const [text, setText] = useState('')
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const [search] = useDebouncedValue(text.trim(), 200)
  const filter = { ...(search === '' ? {} : { search }), ...(from === '' ? {} : { from }), ...(to === '' ? {} : { to }) }
  const load = ({ cursor, limit, signal }: PageRequest) => api.listSales({ query: { facilityId, ...filter, cursor, limit }, signal })
  return (
    <Page title={t('pharmacy.sales')}>
      <DataTable
        name="sales" queryKey={['pharmacy', 'sales', facilityId, filter]} load={load} rowId={(row) => row.id} rowPath={(row) => `/pharmacy/sales/${row.id}`} empty={{ title: t(Object.keys(filter).length === 0 ? 'pharmacy.sales.none' : 'pharmacy.sales.noneFound') }}
        toolbar={
          <Group gap="xs">
            <TextInput w={320} maw="100%" type="search" leftSection={<IconSearch size={16} aria-hidden />} aria-label={t('pharmacy.sales.search')} placeholder={t('pharmacy.sales.search')} maxLength={120} value={text} onChange={(event) => setText(event.currentTarget.value)} />
            <TextInput type="date" aria-label={t('common.from')} value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
            <TextInput type="date" aria-label={t('common.to')} value={to} onChange={(event) => setTo(event.currentTarget.value)} />
          </Group>
        }
        columns={[
          { key: 'number', label: t('inventory.number'), render: (row) => row.number },
          { key: 'kind', label: t('inventory.kind'), render: (row) => <StateBadge tone={row.kind === 'return' ? 'warn' : 'neutral'} label={t(`pharmacy.sale.${row.kind}`)} /> },
          { key: 'at', label: t('common.date'), render: (row) => <When at={row.createdAt} />, csv: (row) => row.createdAt },
          { key: 'customer', label: t('pharmacy.customer'), render: (row) => <bdi>{row.customerName}</bdi> },
          { key: 'tax', label: t('pharmacy.sum.tax'), align: 'end', render: (row) => <Money value={row.tax} />, csv: (row) => row.tax.amount },
          { key: 'total', label: t('common.total'), align: 'end', render: (row) => <Money value={row.total} />, csv: (row) => row.total.amount },
          { key: 'by', label: t('inventory.by'), render: (row) => <bdi>{row.soldBy}</bdi> },
        ]}
      />
    </Page>
  )
}
