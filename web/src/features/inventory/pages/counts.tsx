import { useState } from 'react'
import { Button, Group, Modal, Pill, Stack, Switch, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useGo } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { When } from '../../../ui/time.tsx'
import { End } from '../parts/item-form.tsx'
import { CountState } from '../parts/transfer-state.tsx'
import { ItemSearch, StoreSelect } from '../public.tsx'
import { api, type Item, touched } from '../queries.ts'

/** Stock takes; a store is frozen while it is counted. */
export function CountsPage() {
  const t = useText()
  const go = useGo()
  const [isNew, setNew] = useState(false)
  const [storeId, setStore] = useState('')
  const [isBlind, setBlind] = useState(true)
  const [items, setItems] = useState<Item[]>([])
  const start = useWrite(() => api.startCount({ body: { storeId, isBlind, ...(items.length === 0 ? {} : { itemIds: items.map((item) => item.id) }) } }), { invalidate: touched, onDone: (count) => go(`/stock/counts/${count.id}`) })
  const load = ({ cursor, limit, signal }: PageRequest) => api.listCounts({ query: { cursor, limit }, signal })
  const add = <Button leftSection={<IconPlus size={16} />} onClick={() => setNew(true)}>{t('inventory.count.new')}</Button>
  return (
    <Page title={t('inventory.counts')} crumbs={[{ label: t('inventory.title'), path: '/stock' }]} actions={add}>
      <DataTable
        name="counts" queryKey={['inventory', 'counts']} load={load} rowId={(row) => row.id} rowPath={(row) => `/stock/counts/${row.id}`} empty={{ title: t('inventory.count.none'), hint: t('inventory.count.noneHint'), action: add }}
        columns={[{ key: 'number', label: t('inventory.number'), render: (row) => row.number }, { key: 'state', label: t('common.state'), render: (row) => <CountState state={row.state} /> }, { key: 'store', label: t('inventory.store'), render: (row) => <bdi>{row.storeName}</bdi> }, { key: 'at', label: t('common.date'), render: (row) => <When at={row.createdAt} /> }]}
      />
      <Modal opened={isNew} onClose={() => setNew(false)} title={t('inventory.count.new')}>
        <Stack>
          <StoreSelect label={t('inventory.store')} value={storeId} onChange={setStore} />
          <Switch label={t('inventory.count.blind')} checked={isBlind} onChange={(event) => setBlind(event.currentTarget.checked)} />
          <ItemSearch label={t('inventory.count.only')} onTake={({ item }) => setItems(items.some((one) => one.id === item.id) ? items : [...items, item])} />
          {items.length === 0 ? <Text size="xs" c="dimmed">{t('inventory.count.everything')}</Text> : <Group gap="xs">{items.map((item) => <Pill key={item.id} withRemoveButton removeButtonProps={{ 'aria-label': `${t('common.remove')}: ${item.name}` }} onRemove={() => setItems(items.filter((one) => one !== item))}><bdi>{item.name}</bdi></Pill>)}</Group>}
          <End label={t('inventory.count.start')} isPending={start.isPending} isDisabled={storeId === ''} onGo={() => start.mutate(undefined)} />
        </Stack>
      </Modal>
    </Page>
  )
}
