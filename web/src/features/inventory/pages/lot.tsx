import { Group, Table } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { usePathParam } from '../../../kernel/routing.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Empty, Loaded, StateBadge } from '../../../ui/states.tsx'
import { Bin } from '../parts/bin.tsx'
import { Fact } from '../parts/item-form.tsx'
import { LotSteps } from '../parts/lot-steps.tsx'
import { Movements } from '../parts/movements.tsx'
import { Concerned, Reached, ReachedFiles, ReachedUnnamed } from '../parts/reached.tsx'
import { useStoreNames } from '../public.tsx'
import { api, lotQuery, lotTones, vendorsQuery } from '../queries.ts'

function Where({ lotId }: { lotId: string }) {
  const t = useText()
  const nameOf = useStoreNames()
  const query = useQuery({ queryKey: ['inventory', 'stock', 'lot', lotId], queryFn: ({ signal }) => api.listStock({ query: { lotId, limit: 200 }, signal }) })
  return (
    <Loaded query={query}>
      {({ items }) => (items.length === 0 ? <Empty title={t('inventory.lot.gone')} /> : (
        <Table.ScrollContainer minWidth={320}><Table>
          <Table.Thead><Table.Tr><Table.Th>{t('inventory.store')}</Table.Th><Table.Th>{t('inventory.bin')}</Table.Th><Table.Th ta="end">{t('common.quantity')}</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>{items.map((line) => <Table.Tr key={line.storeId}><Table.Td><bdi>{nameOf(line.storeId, line.storeName)}</bdi></Table.Td><Table.Td><Bin line={line} name={nameOf(line.storeId, line.storeName)} /></Table.Td><Table.Td ta="end" className="figures">{line.quantity} <bdi>{line.unit}</bdi></Table.Td></Table.Tr>)}</Table.Tbody>
        </Table></Table.ScrollContainer>
      ))}
    </Loaded>
  )
}

/** One lot: where it is, where it went, who had it; and its recall. */
export function LotPage() {
  const t = useText()
  const format = useFormat()
  const { can } = useAuth()
  const id = usePathParam('id')
  const query = useQuery(lotQuery(id))
  const vendors = useQuery(vendorsQuery())
  const lot = query.data
  const crumbs = [{ label: t('inventory.title'), path: '/stock' }, ...(lot === undefined ? [] : [{ label: lot.itemName, path: `/stock/items/${lot.itemId}` }])]
  return (
    <Page title={lot === undefined ? t('inventory.lot') : t('inventory.lot.title', { batch: lot.batch })} crumbs={crumbs} actions={lot !== undefined && can('inventory.approve') ? <LotSteps lot={lot} /> : null}>
      <Loaded query={query}>
        {(one) => (
          <Section>
            <Group gap="xl" align="start">
              <StateBadge tone={lotTones[one.state]} label={t(`inventory.lot.${one.state}`)} />
              <Fact label={t('common.reason')} value={one.stateReason} /><Fact label={t('inventory.expires')} value={format.day(one.expiresOn)} /><Fact label={t('inventory.mrp')} value={one.mrp === null ? '' : `${format.money(one.mrp)} / ${one.mrpQuantity}`} />
              <Fact label={t('inventory.cost')} value={format.money(one.unitCost)} /><Fact label={t('inventory.vendor')} value={vendors.data?.items.find((vendor) => vendor.id === one.vendorId)?.name ?? ''} />
            </Group>
          </Section>
        )}
      </Loaded>
      <Section title={t('inventory.where')}><Where lotId={id} /></Section>
      <Section title={t('inventory.lot.concerned')}><Concerned lotId={id} /></Section>
      <Section title={t('inventory.lot.reachedTitle', { batch: lot?.batch ?? '' })} actions={lot === undefined ? null : <ReachedFiles lotId={id} batch={lot.batch} />}><Reached lotId={id} /></Section>
      <Section title={t('inventory.lot.unnamedTitle')}><ReachedUnnamed lotId={id} /></Section>
      <Section title={t('inventory.movements')}><Movements name="lot-movements" filter={{ lotId: id }} /></Section>
    </Page>
  )
}
