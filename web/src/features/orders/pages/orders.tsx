import { SegmentedControl, Select } from '@mantine/core'
import { orderState } from '#contract/orders.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { Page } from '../../../ui/page.tsx'
import { OrderTable } from '../parts/order-table.tsx'
import { SetTable } from '../parts/set-table.tsx'
import { Signatures } from '../parts/signatures.tsx'
import { ToDo } from '../parts/to-do.tsx'

const views = ['all', 'sign', 'todo', 'sets'] as const

function Orders() {
  const t = useText()
  const { facilityId } = useAuth()
  const [stateParam, setState] = useSearchParam('state')
  const states = [{ value: 'all', label: t('common.all') }, ...orderState.options.map((value) => ({ value, label: t(`orders.state.${value}`) }))]
  const toolbar = <Select w={200} aria-label={t('common.state')} data={states} value={stateParam ?? 'all'} onChange={(value) => setState(value ?? undefined)} />
  return <OrderTable name="orders" hasPatient filter={{ facilityId, state: orderState.safeParse(stateParam).data }} toolbar={toolbar} />
}

/** Orders of the facility, what waits for one's signature, what is to be done, and the sets. */
export function OrdersPage() {
  const t = useText()
  const [param, setView] = useSearchParam('view')
  const view = views.find((one) => one === param) ?? 'all'
  return (
    <Page title={t('orders.title')} actions={<SegmentedControl maw="calc(100vw - 24px)" style={{ overflowX: 'auto' }} aria-label={t('orders.view.label')} data={views.map((value) => ({ value, label: t(`orders.view.${value}`) }))} value={view} onChange={setView} />}>
      {view === 'all' ? <Orders /> : null}
      {view === 'sign' ? <Signatures /> : null}
      {view === 'todo' ? <ToDo /> : null}
      {view === 'sets' ? <SetTable /> : null}
    </Page>
  )
}
