import { useState } from 'react'
import { Button, Drawer, Group, Table, Text, VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { openBlob } from '../../../kernel/api.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { usePathParam } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Money } from '../../../ui/money.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Empty, Loaded, StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { Bin } from '../parts/bin.tsx'
import { Fact, ItemForm } from '../parts/item-form.tsx'
import { Reached } from '../parts/reached.tsx'
import { api, itemQuery, touched, type Item, type Lot } from '../queries.ts'

const tones = { available: 'good', quarantined: 'warn', recalled: 'bad' } as const

function LotSteps({ lot, onReached }: { lot: Lot; onReached: () => void }) {
  const t = useText()
  const { can } = useAuth()
  const common = { params: { id: lot.id }, ifMatch: lot.version }
  const steps = [
    { step: 'quarantine', label: t('inventory.lot.quarantine'), needsReason: true, run: (reason: string) => api.holdLot({ ...common, body: { reason } }) },
    { step: 'release', label: t('inventory.lot.release'), needsReason: true, run: (reason: string) => api.releaseLot({ ...common, body: { reason } }) },
    { step: 'recall', label: t('inventory.lot.recall'), needsReason: true, isDangerous: true, confirm: t('inventory.lot.recallConfirm', { batch: lot.batch }), run: async (reason: string) => { await api.recallLot({ ...common, body: { reason } }); onReached() } },
  ]
  return <Group gap="xs" justify="end" wrap="nowrap">{can('inventory.approve') ? <LifecycleButtons size="xs" actions={lot.actions} steps={steps} invalidate={touched} /> : null}<Button size="xs" variant="subtle" onClick={onReached}>{t('inventory.lot.reached')}</Button></Group>
}

function Lots({ item }: { item: Item }) {
  const t = useText()
  const format = useFormat()
  const [reached, setReached] = useState<Lot>()
  const lots = useQuery({ queryKey: ['inventory', 'lots', item.id], queryFn: ({ signal }) => api.listLots({ query: { itemId: item.id, limit: 100 }, signal }) })
  const stock = useQuery({ queryKey: ['inventory', 'stock', item.id], queryFn: ({ signal }) => api.listStock({ query: { itemId: item.id, limit: 200 }, signal }) })
  const where = (lotId: string) => (stock.data?.items ?? []).filter((line) => line.lotId === lotId)
  return (
    <Section title={t('inventory.lots')}>
      <Loaded query={lots}>
        {({ items }) => (items.length === 0 ? <Empty title={t('inventory.lot.none')} /> : (
          <Table.ScrollContainer minWidth={720}>
            <Table>
              <Table.Thead><Table.Tr><Table.Th>{t('inventory.batch')}</Table.Th><Table.Th>{t('inventory.expires')}</Table.Th><Table.Th>{t('common.state')}</Table.Th><Table.Th>{t('inventory.where')}</Table.Th><Table.Th ta="end">{t('inventory.mrp')}</Table.Th><Table.Th><VisuallyHidden>{t('common.actions')}</VisuallyHidden></Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>
                {items.map((lot) => (
                  <Table.Tr key={lot.id}>
                    <Table.Td><bdi>{lot.batch}</bdi></Table.Td><Table.Td>{format.day(lot.expiresOn)}</Table.Td><Table.Td><StateBadge tone={tones[lot.state]} label={t(`inventory.lot.${lot.state}`)} /></Table.Td><Table.Td>{where(lot.id).length === 0 ? '–' : where(lot.id).map((line) => <Bin key={line.storeId} line={line} />)}</Table.Td>
                    <Table.Td ta="end">{lot.mrp === null ? '–' : <><Money value={lot.mrp} /> <Text span size="xs" c="dimmed">/ {lot.mrpQuantity}</Text></>}</Table.Td>
                    <Table.Td><LotSteps lot={lot} onReached={() => setReached(lot)} /></Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        ))}
      </Loaded>
      <Drawer opened={reached !== undefined} onClose={() => setReached(undefined)} position="right" size="lg" title={t('inventory.lot.reachedTitle', { batch: reached?.batch ?? '' })}>{reached === undefined ? null : <Reached lotId={reached.id} />}</Drawer>
    </Section>
  )
}

/** An item: what it is, its lots and where they are, every movement. */
export function ItemPage() {
  const t = useText()
  const format = useFormat()
  const { can, facility } = useAuth()
  const id = usePathParam('id')
  const [isEditing, setEditing] = useState(false)
  const query = useQuery(itemQuery(id))
  const load = ({ cursor, limit, signal }: PageRequest) => api.listMovements({ query: { itemId: id, cursor, limit }, signal })
  return (
    <Page title={query.data?.name ?? t('inventory.item')} crumbs={[{ label: t('inventory.title'), path: '/stock' }]} actions={<><Button variant="default" onClick={() => void api.itemLabels({ params: { id } }).then(openBlob)}>{t('inventory.label')}</Button>{can('inventory.master') && query.data !== undefined ? <Button variant="default" onClick={() => setEditing(true)}>{t('common.edit')}</Button> : null}</>}>
      <Loaded query={query}>
        {(item) => (
          <>
            <Section>
              <Group gap="xl">
                <Fact label={t('inventory.onHand')} value={`${item.onHand} ${item.baseUnit}`} /><Fact label={t('inventory.sku')} value={item.sku} /><Fact label={t('inventory.kind')} value={t(`inventory.kind.${item.kind}`)} /><Fact label={t('inventory.pack')} value={item.packs.map((pack) => `${pack.unit} = ${pack.factor} ${item.baseUnit}`).join(', ')} /><Fact label={t('inventory.taxRate')} value={[`${item.taxRatePercent} %`, item.taxCode].filter(Boolean).join(' · ')} />
                <Fact label={t('inventory.reorderLevel')} value={item.reorderLevel ?? ''} /><Fact label={t('inventory.averageCost')} value={format.money({ amount: item.averageCost, currency: facility?.currency ?? 'INR' })} /><Fact label={t('inventory.controlled')} value={item.controlledClass} /><Fact label={t('inventory.manufacturer')} value={item.manufacturer} />
              </Group>
            </Section>
            <Lots item={item} />
            <Drawer opened={isEditing} onClose={() => setEditing(false)} position="right" title={t('common.edit')}>{isEditing ? <ItemForm before={item} onClose={() => setEditing(false)} /> : null}</Drawer>
          </>
        )}
      </Loaded>
      <Section title={t('inventory.movements')}>
        <DataTable
          name="movements" queryKey={['inventory', 'movements', id]} load={load} rowId={(row) => row.id} empty={{ title: t('inventory.movement.none') }}
          columns={[
            { key: 'at', label: t('common.date'), render: (row) => <When at={row.occurredAt} />, csv: (row) => row.occurredAt },
            { key: 'kind', label: t('inventory.movement'), render: (row) => t(`inventory.movement.${row.kind}`) },
            { key: 'quantity', label: t('common.quantity'), align: 'end', render: (row) => <span className="figures" dir="ltr">{row.quantity.startsWith('-') ? row.quantity.replace('-', '−') : `+${row.quantity}`}</span>, csv: (row) => row.quantity },
            { key: 'batch', label: t('inventory.batch'), render: (row) => <bdi>{row.batch}</bdi> },
            { key: 'store', label: t('inventory.store'), render: (row) => <bdi>{row.storeName}</bdi> },
            { key: 'reason', label: t('common.reason'), isProse: true, render: (row) => <bdi>{row.reason}</bdi> },
            { key: 'by', label: t('inventory.by'), render: (row) => <bdi>{row.recordedBy}</bdi> },
          ]}
        />
      </Section>
    </Page>
  )
}
