import { Checkbox, SegmentedControl, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { PatientName } from '../../../ui/patient-name.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { api, type Order, signatureCountsQuery, touched } from '../queries.ts'
import { isLate, ItemWords } from './order-card.tsx'

/** Whose signatures are shown: one's own, everybody's of the facility, or one person's, with how many each lets wait. */
function Whose({ value, onChange }: { value: string; onChange: (value: string | undefined) => void }) {
  const t = useText()
  const { facilityId } = useAuth()
  const counts = useQuery({ ...signatureCountsQuery(facilityId), enabled: value !== 'mine' }).data?.items ?? []
  const people = [{ value: 'all', label: t('orders.sign.everybody') }, ...counts.map((one) => ({ value: one.ordererId, label: t('orders.sign.counts', { name: one.ordererName, due: one.due, overdue: one.overdue }) }))]
  return (
    <>
      <SegmentedControl size="sm" aria-label={t('orders.sign.whose')} data={[{ value: 'mine', label: t('orders.sign.mine') }, { value: 'all', label: t('orders.sign.everybody') }]} value={value === 'mine' ? 'mine' : 'all'} onChange={(next) => onChange(next === 'mine' ? undefined : next)} />
      {value === 'mine' ? null : <Select w={300} maw="100%" aria-label={t('orders.sign.whose')} allowDeselect={false} searchable data={people} value={value} onChange={(next) => onChange(next ?? 'all')} />}
    </>
  )
}

/** Orders by word of mouth or by a standing order that wait for a signature, the earliest deadline first. */
export function Signatures() {
  const t = useText()
  const { me, facilityId } = useAuth()
  const [whose = 'mine', setWhose] = useSearchParam('whose')
  const [late, setLate] = useSearchParam('late')
  const isMine = whose === 'mine'
  const filter = { ...(isMine ? { ordererId: me.user.id } : { facilityId, ...(whose === 'all' ? {} : { ordererId: whose }) }), ...(late === undefined ? {} : { isOverdue: 'true' as const }) }
  const load = ({ cursor, limit, signal }: PageRequest) => api.listSignatures({ query: { ...filter, cursor, limit }, signal })
  const sign = (row: Order) => (row.ordererId === me.user.id ? <LifecycleButtons size="xs" actions={row.actions} invalidate={[...touched, ['alerts', 'waiting']]} steps={[{ step: 'sign', label: t('orders.step.sign'), isPrimary: true, run: () => api.signOrder({ params: { id: row.id }, ifMatch: row.version, body: {} }) }]} /> : null)
  const toolbar = (
    <>
      <Whose value={whose} onChange={setWhose} />
      <Checkbox label={t('orders.sign.onlyOverdue')} checked={late !== undefined} onChange={(event) => setLate(event.currentTarget.checked ? 'yes' : undefined)} />
    </>
  )
  return (
    <DataTable
      name="orders-to-sign" queryKey={['orders', 'signatures', filter]} load={load} rowId={(row: Order) => row.id} rowPath={(row) => (row.encounterId === null ? `/patients/${row.patientId}` : `/encounters/${row.encounterId}`)} rowMenu={sign} toolbar={toolbar} empty={{ title: t('orders.sign.empty'), hint: t('orders.sign.emptyHint') }}
      columns={[
        { key: 'due', label: t('orders.sign.due'), render: (row) => (row.signatureDueAt === null ? '–' : <><When at={row.signatureDueAt} /> {isLate(row) ? <StateBadge label={t('orders.sign.overdue')} tone="bad" /> : null}</>), csv: (row) => row.signatureDueAt ?? '' },
        { key: 'items', label: t('orders.items'), isProse: true, render: (row) => row.items.map((item) => <div key={item.id}><ItemWords item={item} /></div>), csv: (row) => row.items.map((item) => (item.quantity === '1' ? item.name : `${item.quantity} × ${item.name}`)).join(', ') },
        { key: 'patient', label: t('common.patient'), render: (row) => <PatientName row={row} /> },
        ...(isMine ? [] : [{ key: 'orderer', label: t('orders.orderer'), render: (row: Order) => row.ordererName }]),
        { key: 'channel', label: t('orders.channel.label'), render: (row) => t(`orders.channel.${row.channel}`) },
        { key: 'placedAt', label: t('common.date'), render: (row) => <When at={row.placedAt} />, csv: (row) => row.placedAt },
      ]}
    />
  )
}
