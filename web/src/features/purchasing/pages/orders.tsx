import { Button, Select } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { orderState } from '#contract/purchasing.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { notice } from '../../../kernel/notice.tsx'
import { useWrite } from '../../../kernel/query.ts'
import { useGo, useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Money } from '../../../ui/money.tsx'
import { Page } from '../../../ui/page.tsx'
import { When } from '../../../ui/time.tsx'
import { OrderState } from '../parts/order-state.tsx'
import { useStores, usualStore } from '../../inventory/public.tsx'
import { api, touched } from '../queries.ts'

/** Orders to vendors. */
export function OrdersPage() {
  const t = useText()
  const go = useGo()
  const { facilityId } = useAuth()
  const [param, setState] = useSearchParam('state')
  const state = orderState.safeParse(param).data
  const load = ({ cursor, limit, signal }: PageRequest) => api.listOrders({ query: { facilityId, cursor, limit, ...(state === undefined ? {} : { state }) }, signal })
  const stores = useStores()
  const draft = useWrite(() => api.draftSuggested({ body: { storeId: usualStore(stores, 'main') } }), { invalidate: touched, onDone: ({ items }) => notice(t('purchasing.drafted', { count: items.length }), '') })
  const add = <Button leftSection={<IconPlus size={16} />} onClick={() => go('/purchasing/orders/new')}>{t('purchasing.order.new')}</Button>
  return (
    <Page title={t('purchasing.orders')} actions={<><Button variant="subtle" onClick={() => go('/purchasing/requisitions')}>{t('purchasing.requisitions')}</Button><Button variant="subtle" onClick={() => go('/purchasing/prices')}>{t('purchasing.prices')}</Button><Button variant="default" loading={draft.isPending} disabled={stores.length === 0} onClick={() => draft.mutate(undefined)}>{t('purchasing.draftSuggested')}</Button>{add}</>}>
      <DataTable
        name="orders" queryKey={['purchasing', 'orders', facilityId, state]} load={load} rowId={(row) => row.id} rowPath={(row) => `/purchasing/orders/${row.id}`} empty={{ title: t('purchasing.orders.none'), hint: t('purchasing.orders.hint'), action: add }}
        toolbar={<Select aria-label={t('common.state')} data={[{ value: '', label: t('common.all') }, ...orderState.options.map((value) => ({ value, label: t(`purchasing.state.${value}`) }))]} value={state ?? ''} onChange={(value) => setState(value ?? undefined)} />}
        columns={[{ key: 'number', label: t('inventory.number'), render: (row) => row.number }, { key: 'state', label: t('common.state'), render: (row) => <OrderState state={row.state} /> }, { key: 'vendor', label: t('purchasing.vendor'), render: (row) => <bdi>{row.vendorName}</bdi>, csv: (row) => row.vendorName }, { key: 'store', label: t('inventory.store'), render: (row) => <bdi>{row.storeName}</bdi> }, { key: 'total', label: t('common.total'), align: 'end', render: (row) => <Money value={row.total} />, csv: (row) => row.total.amount }, { key: 'at', label: t('common.date'), render: (row) => <When at={row.createdAt} /> }]}
      />
    </Page>
  )
}
