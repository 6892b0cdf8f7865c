import { useState } from 'react'
import { Button, Drawer, SegmentedControl, Select, Stack, Text, Textarea } from '@mantine/core'
import { shortageState } from '#contract/inventory.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Money } from '../../../ui/money.tsx'
import { Page } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { End, Fact } from '../parts/item-form.tsx'
import { Witness } from '../parts/witness.tsx'
import { useStoreNames } from '../public.tsx'
import { api, type Shortage, touched } from '../queries.ts'

const tones = { open: 'warn', explained: 'good', 'written-off': 'neutral' } as const

/** A second person says where it is, or that it is lost. */
function Settle({ shortage, onDone }: { shortage: Shortage; onDone: () => void }) {
  const t = useText()
  const nameOf = useStoreNames()
  const [isLost, setLost] = useState(false)
  const [reason, setReason] = useState('')
  const [foundAt, setFound] = useState('')
  const [witnessId, setWitness] = useState('')
  const common = { params: { id: shortage.id }, ifMatch: shortage.version }
  const settle = useWrite(() => (isLost ? api.writeOffShortage({ ...common, body: { reason } }) : api.explainShortage({ ...common, body: { reason, ...(foundAt === '' ? {} : { foundStoreId: foundAt }), ...(witnessId === '' ? {} : { witnessId }) } })), { invalidate: touched, onDone })
  const errors = problemToFields(t, settle.error)
  const stores = [{ value: '', label: t('inventory.shortage.notFound') }, { value: shortage.fromStoreId, label: nameOf(shortage.fromStoreId, shortage.fromStoreName) }, { value: shortage.toStoreId, label: nameOf(shortage.toStoreId, shortage.toStoreName) }]
  const needsWitness = shortage.isControlled && !isLost && foundAt !== ''
  return (
    <Stack>
      <SegmentedControl aria-label={t('common.state')} data={[{ value: 'explain', label: t('inventory.shortage.explain') }, { value: 'writeOff', label: t('inventory.shortage.writeOff') }]} value={isLost ? 'writeOff' : 'explain'} onChange={(value) => setLost(value === 'writeOff')} />
      {isLost ? <Text size="sm">{t('inventory.shortage.writeOffWhat')}</Text> : <Select label={t('inventory.shortage.found')} data={stores} value={foundAt} allowDeselect={false} error={errors['foundStoreId']} onChange={(value) => setFound(value ?? '')} />}
      <Textarea label={t('common.reason')} withAsterisk autosize minRows={2} maxLength={500} value={reason} error={errors['reason']} onChange={(event) => setReason(event.currentTarget.value)} />
      {needsWitness ? <Witness value={witnessId} error={errors['witnessId']} onChange={setWitness} /> : null}
      <End label={isLost ? t('inventory.shortage.writeOff') : t('inventory.shortage.explain')} isPending={settle.isPending} isDisabled={reason.trim() === '' || (needsWitness && witnessId === '')} onGo={() => settle.mutate(undefined)} />
    </Stack>
  )
}

/** What was sent and did not arrive, until somebody other than who noticed it has settled it. */
export function ShortagesPage() {
  const t = useText()
  const nameOf = useStoreNames()
  const { can, facilityId } = useAuth()
  const [asked, setAsked] = useState<Shortage>()
  const [param, setState] = useSearchParam('state')
  const state = shortageState.safeParse(param).data
  const load = ({ cursor, limit, signal }: PageRequest) => api.listShortages({ query: { facilityId, cursor, limit, ...(state === undefined ? {} : { state }) }, signal })
  const close = () => setAsked(undefined)
  return (
    <Page title={t('inventory.shortages')} crumbs={[{ label: t('inventory.title'), path: '/stock' }, { label: t('inventory.transfers'), path: '/stock/transfers' }]}>
      <DataTable
        name="shortages" queryKey={['inventory', 'shortages', facilityId, state]} load={load} rowId={(row) => row.id} rowPath={(row) => `/stock/transfers/${row.transferId}`} empty={{ title: t('inventory.shortages.none'), hint: t('inventory.shortages.noneHint') }}
        toolbar={<Select aria-label={t('common.state')} data={[{ value: '', label: t('common.all') }, ...shortageState.options.map((value) => ({ value, label: t(`inventory.shortage.${value}`) }))]} value={state ?? ''} onChange={(value) => setState(value ?? undefined)} />}
        columns={[
          { key: 'item', label: t('inventory.item'), render: (row) => <Stack gap={0}><bdi>{row.itemName}</bdi><Text size="xs" c="dimmed"><bdi>{row.batch}</bdi></Text></Stack>, csv: (row) => row.itemName },
          { key: 'state', label: t('common.state'), render: (row) => <StateBadge tone={tones[row.state]} label={t(`inventory.shortage.${row.state}`)} />, csv: (row) => row.state },
          { key: 'quantity', label: t('common.quantity'), align: 'end', render: (row) => <span className="figures">{row.quantity} <bdi>{row.unit}</bdi></span>, csv: (row) => row.quantity },
          { key: 'value', label: t('inventory.value'), align: 'end', render: (row) => <Money value={row.value} />, csv: (row) => row.value.amount },
          { key: 'reason', label: t('common.reason'), render: (row) => <Stack gap={0}><bdi>{row.reason}</bdi>{row.explanation === '' ? null : <Text size="xs" c="dimmed"><bdi>{row.explanation}</bdi></Text>}</Stack>, csv: (row) => [row.reason, row.explanation].filter(Boolean).join(' / ') },
          { key: 'from', label: t('inventory.transfer.from'), render: (row) => <bdi>{nameOf(row.fromStoreId, row.fromStoreName)}</bdi>, csv: (row) => nameOf(row.fromStoreId, row.fromStoreName) },
          { key: 'to', label: t('inventory.transfer.to'), render: (row) => <bdi>{nameOf(row.toStoreId, row.toStoreName)}</bdi>, csv: (row) => nameOf(row.toStoreId, row.toStoreName) },
          { key: 'number', label: t('inventory.number'), render: (row) => [row.transferNumber, row.isOnWayBack ? t('inventory.shortage.back') : ''].filter(Boolean).join(', '), csv: (row) => row.transferNumber },
          { key: 'by', label: t('inventory.shortage.noticed'), render: (row) => <bdi>{row.recordedBy}</bdi>, csv: (row) => row.recordedBy },
          { key: 'settled', label: t('inventory.shortage.settled'), render: (row) => <bdi>{row.settledBy || '–'}</bdi>, csv: (row) => row.settledBy },
          { key: 'at', label: t('common.date'), render: (row) => <When at={row.recordedAt} />, csv: (row) => row.recordedAt },
        ]}
        rowMenu={(row) => (row.actions.length === 0 || !can('inventory.approve') ? null : <Button size="xs" variant="default" aria-label={`${t('inventory.shortage.settle')}: ${row.itemName}`} onClick={() => setAsked(row)}>{t('inventory.shortage.settle')}</Button>)}
      />
      <Drawer opened={asked !== undefined} onClose={close} position="right" title={t('inventory.shortage.settle')}>{asked === undefined ? null : <Stack><Fact label={t('inventory.item')} value={`${asked.itemName} ${asked.batch}`} /><Fact label={t('common.quantity')} value={`${asked.quantity} ${asked.unit}`} /><Fact label={t('common.reason')} value={asked.reason} /><Settle shortage={asked} onDone={close} /></Stack>}</Drawer>
    </Page>
  )
}
