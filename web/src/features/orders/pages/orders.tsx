import { Select } from '@mantine/core'
import { orderState } from '#contract/orders.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { Page } from '../../../ui/page.tsx'
import { OrderTable } from '../parts/order-table.tsx'

/** Orders of the facility. */
export function OrdersPage() {
  const t = useText()
  const { facilityId } = useAuth()
  const [stateParam, setState] = useSearchParam('state')
  const states = [{ value: 'all', label: t('common.all') }, ...orderState.options.map((value) => ({ value, label: t(`orders.state.${value}`) }))]
  const toolbar = <Select w={200} aria-label={t('common.state')} data={states} value={stateParam ?? 'all'} onChange={(value) => setState(value ?? undefined)} />
  return (
    <Page title={t('orders.title')}>
      <OrderTable name="orders" hasPatient filter={{ facilityId, state: orderState.safeParse(stateParam).data }} toolbar={toolbar} />
    </Page>
  )
}
