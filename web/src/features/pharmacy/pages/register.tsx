import { Button, Select, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { inventory } from '#contract/inventory.ts'
import { client } from '../../../kernel/api.ts'
import { signed } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useGo, useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Empty, StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { StoreSelect, useStores, usualStore } from '../../inventory/public.tsx'
import { api } from '../queries.ts'

const stock = client(inventory)

/** The running register of controlled drugs: nothing of it can be deleted. */
export function RegisterPage() {
  const t = useText()
  const go = useGo()
  const stores = useStores()
  const [storeParam, setStore] = useSearchParam('store')
  const [itemParam, setItem] = useSearchParam('item')
  const storeId = storeParam ?? usualStore(stores, 'pharmacy')
  const drugs = useQuery({ queryKey: ['inventory', 'controlled'], queryFn: ({ signal }) => stock.listItems({ query: { isControlled: 'true', limit: 200 }, signal }) })
  const itemId = itemParam ?? drugs.data?.items[0]?.id ?? ''
  const entries = ({ cursor, limit, signal }: PageRequest) => api.readRegister({ params: { id: storeId }, query: { itemId, cursor, limit }, signal })
  const counts = ({ cursor, limit, signal }: PageRequest) => api.listRegisterCounts({ query: { storeId, cursor, limit }, signal })
  return (
    <Page title={t('pharmacy.register')} actions={<><StoreSelect value={storeId} onChange={(id) => setStore(id)} /><Select aria-label={t('pharmacy.register.drug')} searchable allowDeselect={false} data={(drugs.data?.items ?? []).map((item) => ({ value: item.id, label: item.name }))} value={itemId} onChange={(id) => setItem(id ?? undefined)} /><Button onClick={() => go(`/pharmacy/register/count?store=${storeId}`)}>{t('pharmacy.register.atShift')}</Button></>}>
      {itemId === '' || storeId === '' ? <Empty title={t('pharmacy.register.none')} hint={t('pharmacy.register.noneHint')} /> : (
        <>
          <DataTable
            name="register" queryKey={['pharmacy', 'register', storeId, itemId]} load={entries} rowId={(row) => row.id} empty={{ title: t('pharmacy.register.empty') }}
            columns={[
              { key: 'at', label: t('common.date'), render: (row) => <When at={row.at} />, csv: (row) => row.at },
              { key: 'kind', label: t('inventory.movement'), render: (row) => t(`inventory.movement.${row.kind}`) },
              { key: 'quantity', label: t('common.quantity'), align: 'end', render: (row) => <span className="figures" dir="ltr">{signed(row.quantity)}</span>, csv: (row) => row.quantity },
              { key: 'balance', label: t('pharmacy.register.balance'), align: 'end', render: (row) => <b className="figures">{row.balance}</b>, csv: (row) => row.balance },
              { key: 'patient', label: t('common.patient'), render: (row) => <bdi>{row.patientName}</bdi> },
              { key: 'batch', label: t('inventory.batch'), render: (row) => <bdi>{row.batch}</bdi> },
              { key: 'by', label: t('inventory.by'), render: (row) => <bdi>{row.by}</bdi> },
              { key: 'witness', label: t('pharmacy.witness'), render: (row) => <bdi>{row.witness}</bdi> },
            ]}
          />
          <Section title={t('pharmacy.register.counts')}>
            <DataTable
              name="register-counts" queryKey={['pharmacy', 'register-counts', storeId]} load={counts} rowId={(row) => row.id} empty={{ title: t('pharmacy.register.noCounts') }}
              columns={[{ key: 'at', label: t('common.date'), render: (row) => <When at={row.at} /> }, { key: 'item', label: t('inventory.item'), render: (row) => <bdi>{row.itemName}</bdi> }, { key: 'expected', label: t('inventory.count.expected'), align: 'end', render: (row) => row.expected }, { key: 'counted', label: t('inventory.count.counted'), align: 'end', render: (row) => row.counted }, { key: 'difference', label: t('inventory.count.variance'), render: (row) => <><StateBadge tone={row.difference === '0' ? 'good' : 'bad'} label={`\u2066${signed(row.difference)}\u2069`} /> <Text span size="xs"><bdi>{row.note}</bdi></Text></> }, { key: 'by', label: t('inventory.by'), render: (row) => <bdi>{row.by} · {row.witness}</bdi> }]}
            />
          </Section>
        </>
      )}
    </Page>
  )
}
