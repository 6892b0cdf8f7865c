import { SegmentedControl, Select } from '@mantine/core'
import { orderKind } from '#contract/orders.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { PatientName } from '../../../ui/patient-name.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { api, type Item, touched } from '../queries.ts'
import { ItemWords, OrderState } from './order-card.tsx'

const states = ['ordered', 'in-progress', 'completed'] as const
const kinds = orderKind.options.filter((kind) => kind !== 'laboratory')

/** What is ordered and still to be done, kind by kind: begun and completed here, where no department has a page of its own. */
export function ToDo() {
  const t = useText()
  const { facilityId, can } = useAuth()
  const [kindParam, setKind] = useSearchParam('kind')
  const [stateParam, setState] = useSearchParam('item')
  const kind = kinds.find((one) => one === kindParam) ?? 'procedure'
  const state = states.find((one) => one === stateParam) ?? 'ordered'
  const filter = { facilityId, kind, state }
  const load = ({ cursor, limit, signal }: PageRequest) => api.listItems({ query: { ...filter, cursor, limit }, signal })
  const menu = (row: Item) => {
    const request = { params: { id: row.id }, ifMatch: row.version }
    return (
      <LifecycleButtons
        size="xs" actions={row.actions} invalidate={touched}
        steps={[
          ...(can('orders.fulfil') ? [{ step: 'start', label: t('orders.item.start'), run: () => api.startItem({ ...request, body: {} }) }, { step: 'complete', label: t('orders.item.complete'), isPrimary: true, run: () => api.completeItem({ ...request, body: {} }) }] : []),
          ...(can('orders.write') ? [{ step: 'cancel', label: t('orders.step.cancel'), needsReason: true, confirm: t('orders.step.cancelHint'), run: (reason: string) => api.cancelItem({ ...request, body: { reason } }) }] : []),
        ]}
      />
    )
  }
  const toolbar = (
    <>
      <Select w={180} aria-label={t('orders.item.kind')} allowDeselect={false} data={kinds.map((value) => ({ value, label: t(`orders.kind.${value}`) }))} value={kind} onChange={(value) => setKind(value ?? undefined)} />
      <SegmentedControl size="sm" maw="100%" style={{ overflowX: 'auto' }} aria-label={t('common.state')} data={states.map((value) => ({ value, label: t(`orders.state.${value}`) }))} value={state} onChange={setState} />
    </>
  )
  return (
    <DataTable
      name="order-items" queryKey={['orders', 'items', filter]} load={load} rowId={(row: Item) => row.id} rowMenu={menu} toolbar={toolbar} refetchMs={20_000} empty={{ title: t('orders.item.empty'), hint: t('orders.item.emptyHint') }}
      columns={[
        { key: 'name', label: t('orders.items'), isProse: true, render: (row) => <ItemWords item={{ ...row, instructions: '' }} />, csv: (row) => [row.quantity === '1' ? '' : `${row.quantity} ×`, row.name, row.side === null ? '' : t(`orders.side.${row.side}`), row.timing].filter(Boolean).join(' ') },
        { key: 'patient', label: t('common.patient'), render: (row) => <PatientName row={row} /> },
        { key: 'priority', label: t('orders.priority.label'), render: (row) => (row.priority === 'routine' ? t('orders.priority.routine') : <StateBadge label={t(`orders.priority.${row.priority}`)} tone="warn" />), csv: (row) => t(`orders.priority.${row.priority}`) },
        { key: 'instructions', label: t('orders.item.instructions'), isProse: true, render: (row) => row.instructions || '–' },
        { key: 'state', label: t('common.state'), render: (row) => <OrderState state={row.state} />, csv: (row) => t(`orders.state.${row.state}`) },
      ]}
    />
  )
}
