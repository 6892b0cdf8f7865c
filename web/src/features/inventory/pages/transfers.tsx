import { useState } from 'react'
import { Button, Drawer, Select, Stack } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { transferState } from '#contract/inventory.ts'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useGo, useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { When } from '../../../ui/time.tsx'
import { End } from '../parts/item-form.tsx'
import { Lines, typedLine, type TypedLine } from '../parts/lines.tsx'
import { TransferState } from '../parts/transfer-state.tsx'
import { AnyStoreSelect, ItemSearch, useStoreNames, useStores } from '../public.tsx'
import { api, touched } from '../queries.ts'

function NewTransfer({ onMade }: { onMade: (id: string) => void }) {
  const t = useText()
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const [lines, setLines] = useState<TypedLine[]>([])
  const [next, setNext] = useState(1)
  const isOurs = useStores().some((store) => store.id === from || store.id === to)
  const ask = useWrite(() => api.requestTransfer({ body: { fromStoreId: from, toStoreId: to, lines: lines.map((line) => ({ itemId: line.item.id, quantity: line.quantity, unit: line.unit })) } }), { invalidate: touched, onDone: (made) => onMade(made.id) })
  const errors = problemToFields(t, ask.error)
  const isElsewhere = from !== '' && to !== '' && !isOurs
  return (
    <Stack>
      <AnyStoreSelect label={t('inventory.transfer.from')} value={from} error={errors['fromStoreId']} onChange={setFrom} />
      <AnyStoreSelect label={t('inventory.transfer.to')} value={to} error={isElsewhere ? t('inventory.transfer.oneOurs') : errors['toStoreId']} onChange={setTo} />
      <ItemSearch label={t('inventory.item.take')} onTake={(taken) => { setLines([...lines, typedLine(taken, next)]); setNext(next + 1) }} />
      <Lines lines={lines} onChange={setLines} hasLots={false} errors={errors} />
      <End label={t('inventory.transfer.ask')} isPending={ask.isPending} isDisabled={from === '' || to === '' || from === to || isElsewhere || lines.length === 0 || lines.some((line) => line.quantity === '')} onGo={() => ask.mutate(undefined)} />
    </Stack>
  )
}

/** What stores ask of each other, and what is on its way. */
export function TransfersPage() {
  const t = useText()
  const go = useGo()
  const [isNew, setNew] = useState(false)
  const [param, setState] = useSearchParam('state')
  const state = transferState.safeParse(param).data
  const load = ({ cursor, limit, signal }: PageRequest) => api.listTransfers({ query: { cursor, limit, ...(state === undefined ? {} : { state }) }, signal })
  const nameOf = useStoreNames()
  const add = <Button leftSection={<IconPlus size={16} />} onClick={() => setNew(true)}>{t('inventory.transfer.new')}</Button>
  return (
    <Page title={t('inventory.transfers')} crumbs={[{ label: t('inventory.title'), path: '/stock' }]} actions={<><Button variant="default" onClick={() => go('/stock/shortages')}>{t('inventory.shortages')}</Button>{add}</>}>
      <DataTable
        name="transfers" queryKey={['inventory', 'transfers', state]} load={load} rowId={(row) => row.id} rowPath={(row) => `/stock/transfers/${row.id}`} empty={{ title: t('inventory.transfer.none'), hint: t('inventory.transfer.noneHint'), action: add }}
        toolbar={<Select aria-label={t('common.state')} data={[{ value: '', label: t('common.all') }, ...transferState.options.map((value) => ({ value, label: t(`inventory.transfer.${value}`) }))]} value={state ?? ''} onChange={(value) => setState(value ?? undefined)} />}
        columns={[
          { key: 'number', label: t('inventory.number'), render: (row) => row.number, csv: (row) => row.number },
          { key: 'state', label: t('common.state'), render: (row) => <TransferState state={row.state} />, csv: (row) => row.state },
          { key: 'from', label: t('inventory.transfer.from'), render: (row) => <bdi>{nameOf(row.fromStoreId, row.fromStoreName)}</bdi>, csv: (row) => nameOf(row.fromStoreId, row.fromStoreName) },
          { key: 'to', label: t('inventory.transfer.to'), render: (row) => <bdi>{nameOf(row.toStoreId, row.toStoreName)}</bdi>, csv: (row) => nameOf(row.toStoreId, row.toStoreName) },
          { key: 'lines', label: t('inventory.lines'), align: 'end', render: (row) => row.lines.length },
          { key: 'at', label: t('common.date'), render: (row) => <When at={row.createdAt} />, csv: (row) => row.createdAt },
        ]}
      />
      <Drawer opened={isNew} onClose={() => setNew(false)} position="right" size="lg" title={t('inventory.transfer.new')}>{isNew ? <NewTransfer onMade={(id) => go(`/stock/transfers/${id}`)} /> : null}</Drawer>
    </Page>
  )
}
