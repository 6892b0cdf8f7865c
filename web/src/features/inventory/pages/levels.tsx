import { useState } from 'react'
import { ActionIcon, Button, Drawer, Group, SegmentedControl, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useAuth } from '../../../kernel/auth.tsx'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useGo, useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { End } from '../parts/item-form.tsx'
import { ItemSearch, StoreSelect, useStores, usualStore } from '../public.tsx'
import { api, type Level, touched } from '../queries.ts'

interface Typed {
  itemId: string
  name: string
  unit: string
  reorderLevel: string
  parLevel: string
  maximumLevel: string
}

const fields = ['reorderLevel', 'parLevel', 'maximumLevel'] as const
const typedOf = (row: Level): Typed => ({ itemId: row.itemId, name: row.itemName, unit: row.unit, reorderLevel: row.reorderLevel ?? '', parLevel: row.parLevel ?? '', maximumLevel: row.maximumLevel ?? '' })

/** Levels of some items in one store; without any the item is not kept there. */
function Edit({ storeId, before, onDone }: { storeId: string; before: Level | undefined; onDone: () => void }) {
  const t = useText()
  const [rows, setRows] = useState<Typed[]>(before === undefined ? [] : [typedOf(before)])
  const save = useWrite(() => api.writeLevels({ params: { id: storeId }, body: { items: rows.map((row) => ({ itemId: row.itemId, ...Object.fromEntries(fields.map((field) => [field, row[field] === '' ? null : row[field]])) })) } }), { invalidate: touched, done: t('common.saved'), onDone })
  const errors = problemToFields(t, save.error)
  return (
    <Stack>
      <ItemSearch label={t('inventory.item.take')} onTake={({ item }) => setRows(rows.some((row) => row.itemId === item.id) ? rows : [...rows, { itemId: item.id, name: item.name, unit: item.baseUnit, reorderLevel: '', parLevel: '', maximumLevel: '' }])} />
      {rows.map((row, index) => (
        <Stack key={row.itemId} gap={4}>
          <Group justify="space-between" wrap="nowrap"><Text size="sm" fw={600}><bdi>{row.name}</bdi> <Text span size="xs" c="dimmed" fw={400}><bdi>{row.unit}</bdi></Text></Text><ActionIcon variant="subtle" color="gray" size="lg" aria-label={`${t('common.remove')}: ${row.name}`} onClick={() => setRows(rows.filter((one) => one !== row))}><IconTrash size={16} aria-hidden /></ActionIcon></Group>
          <SimpleGrid cols={{ base: 1, xs: 3 }}>
            {fields.map((field) => <TextInput key={field} inputMode="decimal" label={t(`inventory.levels.${field}`)} aria-label={`${t(`inventory.levels.${field}`)}: ${row.name}`} value={row[field]} error={errors[`items.${index}.${field}`] ?? (field === 'reorderLevel' ? errors[`items.${index}.quantity`] : undefined)} onChange={(event) => setRows(rows.map((one) => (one === row ? { ...one, [field]: event.currentTarget.value.trim() } : one)))} />)}
          </SimpleGrid>
        </Stack>
      ))}
      <Text size="xs" c="dimmed">{t('inventory.levels.hint')}</Text>
      <End label={t('common.save')} isPending={save.isPending} isDisabled={rows.length === 0} onGo={() => save.mutate(undefined)} />
    </Stack>
  )
}

/** What each store should have, and what of it is low. */
export function LevelsPage() {
  const t = useText()
  const go = useGo()
  const { can } = useAuth()
  const stores = useStores()
  const [chosen, setStore] = useSearchParam('store')
  const [low, setLow] = useSearchParam('low')
  const [open, setOpen] = useState<{ before?: Level }>()
  const storeId = chosen ?? usualStore(stores, 'ward')
  const load = async ({ cursor, limit, signal }: PageRequest) => (storeId === '' ? { items: [], nextCursor: null } : api.listLevels({ params: { id: storeId }, query: { cursor, limit, ...(low === 'true' ? { low: 'true' as const } : {}) }, signal }))
  const close = () => setOpen(undefined)
  const figure = (value: string | null) => <span className="figures">{value ?? '–'}</span>
  const add = can('inventory.master') ? <Button variant="default" onClick={() => setOpen({})}>{t('inventory.levels.add')}</Button> : undefined
  return (
    <Page title={t('inventory.levels')} crumbs={[{ label: t('inventory.title'), path: '/stock' }]} actions={<>{add}<Button disabled={storeId === ''} onClick={() => go(`/stock/top-up?store=${storeId}`)}>{t('inventory.topUp')}</Button></>}>
      <DataTable
        name="levels" queryKey={['inventory', 'levels', storeId, low]} load={load} rowId={(row) => row.itemId} {...(can('inventory.master') ? { onOpen: (row: Level) => setOpen({ before: row }) } : {})} empty={{ title: t(low === 'true' ? 'inventory.levels.noneLow' : 'inventory.levels.none'), hint: t('inventory.levels.noneHint') }}
        toolbar={
          <>
            <StoreSelect value={storeId} onChange={(id) => setStore(id)} />
            <SegmentedControl aria-label={t('common.state')} data={[{ value: '', label: t('common.all') }, { value: 'true', label: t('inventory.low') }]} value={low ?? ''} onChange={(value) => setLow(value === '' ? undefined : value)} />
          </>
        }
        columns={[
          { key: 'item', label: t('inventory.item'), render: (row) => <bdi>{row.itemName}</bdi>, csv: (row) => row.itemName },
          { key: 'state', label: t('common.state'), render: (row) => (row.isLow ? <StateBadge tone="warn" label={t('inventory.low')} /> : <StateBadge tone="good" label={t('inventory.enough')} />), csv: (row) => (row.isLow ? t('inventory.low') : t('inventory.enough')) },
          { key: 'usable', label: t('inventory.levels.usable'), align: 'end', render: (row) => <span className="figures">{row.usable} <bdi>{row.unit}</bdi></span>, csv: (row) => row.usable },
          { key: 'par', label: t('inventory.levels.parLevel'), align: 'end', render: (row) => figure(row.parLevel), csv: (row) => row.parLevel ?? '' },
          { key: 'missing', label: t('inventory.levels.missing'), align: 'end', render: (row) => figure(row.missing === '0' ? null : row.missing), csv: (row) => row.missing },
          { key: 'coming', label: t('inventory.levels.coming'), align: 'end', render: (row) => figure(row.coming === '0' ? null : row.coming), csv: (row) => row.coming },
          { key: 'reorder', label: t('inventory.levels.reorderLevel'), align: 'end', render: (row) => figure(row.reorderLevel), csv: (row) => row.reorderLevel ?? '' },
          { key: 'maximum', label: t('inventory.levels.maximumLevel'), align: 'end', render: (row) => figure(row.maximumLevel), csv: (row) => row.maximumLevel ?? '' },
          { key: 'sku', label: t('inventory.sku'), render: (row) => row.sku, csv: (row) => row.sku, isHidden: true },
        ]}
      />
      <Drawer opened={open !== undefined} onClose={close} position="right" size="lg" title={t('inventory.levels.add')}>{open === undefined ? null : <Edit storeId={storeId} before={open.before} onDone={close} />}</Drawer>
    </Page>
  )
}
