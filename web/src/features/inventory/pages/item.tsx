import { useState } from 'react'
import { Anchor, Button, Drawer, Group, Table, Text, VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { openBlob } from '../../../kernel/api.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useGo, usePathParam } from '../../../kernel/routing.tsx'
import { Money } from '../../../ui/money.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Empty, Loaded, StateBadge } from '../../../ui/states.tsx'
import { Bin } from '../parts/bin.tsx'
import { Fact, ItemForm } from '../parts/item-form.tsx'
import { LotSteps } from '../parts/lot-steps.tsx'
import { Movements } from '../parts/movements.tsx'
import { TaxRates } from '../parts/tax-rates.tsx'
import { useStoreNames } from '../public.tsx'
import { api, itemQuery, lotTones, type Item } from '../queries.ts'

function Lots({ item }: { item: Item }) {
  const t = useText()
  const format = useFormat()
  const go = useGo()
  const nameOf = useStoreNames()
  const { can } = useAuth()
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
                    <Table.Td><Anchor component={Link} to={`/stock/lots/${lot.id}`} size="sm"><bdi>{lot.batch}</bdi></Anchor></Table.Td><Table.Td>{format.day(lot.expiresOn)}</Table.Td><Table.Td><StateBadge tone={lotTones[lot.state]} label={t(`inventory.lot.${lot.state}`)} /></Table.Td><Table.Td>{where(lot.id).length === 0 ? '–' : where(lot.id).map((line) => <Bin key={line.storeId} line={line} isWhole name={nameOf(line.storeId, line.storeName)} />)}</Table.Td>
                    <Table.Td ta="end">{lot.mrp === null ? '–' : <><Money value={lot.mrp} /> <Text span size="xs" c="dimmed">/ {lot.mrpQuantity}</Text></>}</Table.Td>
                    <Table.Td><Group gap="xs" justify="end" wrap="nowrap">{can('inventory.approve') ? <LotSteps size="xs" lot={lot} onRecalled={() => go(`/stock/lots/${lot.id}`)} /> : null}</Group></Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        ))}
      </Loaded>
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
  return (
    <Page title={query.data?.name ?? t('inventory.item')} crumbs={[{ label: t('inventory.title'), path: '/stock' }]} actions={<><Button variant="default" onClick={() => void api.itemLabels({ params: { id } }).then(openBlob)}>{t('inventory.label')}</Button>{can('inventory.master') && query.data !== undefined ? <Button variant="default" onClick={() => setEditing(true)}>{t('common.edit')}</Button> : null}</>}>
      <Loaded query={query}>
        {(item) => (
          <>
            <Section>
              <Group gap="xl">
                <Fact label={t('inventory.onHand')} value={`${item.onHand} ${item.baseUnit}`} /><Fact label={t('inventory.sku')} value={item.sku} /><Fact label={t('inventory.kind')} value={t(`inventory.kind.${item.kind}`)} /><Fact label={t('common.state')} value={item.isActive ? '' : t('inventory.inactive')} /><Fact label={t('inventory.codes')} value={item.barcodes.map((one) => one.code).join(', ')} /><Fact label={t('inventory.storage')} value={item.storage === 'room' ? '' : t(`inventory.storage.${item.storage}`)} /><Fact label={t('inventory.pack')} value={item.packs.map((pack) => `${pack.unit} = ${pack.factor} ${item.baseUnit}`).join(', ')} /><Fact label={t('inventory.taxRate')} value={[`${item.taxRatePercent} %`, item.taxCode].filter(Boolean).join(' · ')} />
                <Fact label={t('inventory.reorderLevel')} value={item.reorderLevel ?? ''} /><Fact label={t('inventory.averageCost')} value={format.money({ amount: item.averageCost, currency: facility?.currency ?? 'INR' })} /><Fact label={t('inventory.controlled')} value={item.controlledClass} /><Fact label={t('inventory.manufacturer')} value={item.manufacturer} />
              </Group>
            </Section>
            <Lots item={item} />
            <TaxRates itemId={item.id} />
            <Drawer opened={isEditing} onClose={() => setEditing(false)} position="right" title={t('common.edit')}>{isEditing ? <ItemForm before={item} onClose={() => setEditing(false)} /> : null}</Drawer>
          </>
        )}
      </Loaded>
      <Section title={t('inventory.movements')}>
        <Movements name="movements" filter={{ itemId: id }} />
      </Section>
    </Page>
  )
}
