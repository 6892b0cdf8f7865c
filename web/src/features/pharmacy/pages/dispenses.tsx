import { useState } from 'react'
import { Group, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { When } from '../../../ui/time.tsx'
import { StoreSelect } from '../../inventory/public.tsx'
import { api } from '../queries.ts'

/** What was handed out, for labels and returns: found by patient, prescription or item, on days and from a store. */
export function DispensesPage() {
  const t = useText()
  const { facilityId } = useAuth()
  const [text, setText] = useState('')
  const [storeId, setStore] = useState('')
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const [search] = useDebouncedValue(text.trim(), 200)
  const filter = Object.fromEntries(Object.entries({ search, storeId, from, to }).filter(([, value]) => value !== ''))
  const load = ({ cursor, limit, signal }: PageRequest) => api.listDispenses({ query: { facilityId, ...filter, cursor, limit }, signal })
  return (
    <Page title={t('pharmacy.dispenses')}>
      <DataTable
        name="dispenses" queryKey={['pharmacy', 'dispenses', facilityId, filter]} load={load} rowId={(row) => row.id} rowPath={(row) => `/pharmacy/dispenses/${row.id}`} empty={{ title: t(Object.keys(filter).length === 0 ? 'pharmacy.dispenses.none' : 'pharmacy.dispenses.noneFound') }}
        toolbar={
          <Group gap="xs">
            <TextInput w={320} maw="100%" type="search" leftSection={<IconSearch size={16} aria-hidden />} aria-label={t('pharmacy.dispenses.search')} placeholder={t('pharmacy.dispenses.search')} maxLength={120} value={text} onChange={(event) => setText(event.currentTarget.value)} />
            <StoreSelect none={t('inventory.print.allStores')} value={storeId} onChange={setStore} />
            <TextInput type="date" aria-label={t('common.from')} value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
            <TextInput type="date" aria-label={t('common.to')} value={to} onChange={(event) => setTo(event.currentTarget.value)} />
          </Group>
        }
        columns={[
          { key: 'patient', label: t('common.patient'), render: (row) => <bdi>{row.patientName}</bdi>, csv: (row) => row.patientName },
          { key: 'prescription', label: t('pharmacy.prescription'), render: (row) => row.prescriptionNumber },
          { key: 'at', label: t('common.date'), render: (row) => <When at={row.createdAt} />, csv: (row) => row.createdAt },
          { key: 'lines', label: t('inventory.lines'), render: (row) => <bdi>{row.lines.map((line) => `${line.itemName} ${line.quantity}`).join(', ')}</bdi> },
          { key: 'by', label: t('inventory.by'), render: (row) => <bdi>{row.dispensedBy}</bdi> },
        ]}
      />
    </Page>
  )
}
