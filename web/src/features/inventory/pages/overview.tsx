import { useState } from 'react'
import { Button, Drawer, Select, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { IconPlus } from '@tabler/icons-react'
import { itemKind } from '#contract/inventory.ts'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useGo, useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Money } from '../../../ui/money.tsx'
import { Page } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { InTransit } from '../parts/in-transit.tsx'
import { ItemForm } from '../parts/item-form.tsx'
import { api } from '../queries.ts'

/** What there is of everything, what is low, what expires first. */
export function OverviewPage() {
  const t = useText()
  const format = useFormat()
  const go = useGo()
  const { can, facilityId } = useAuth()
  const [isNew, setNew] = useState(false)
  const [text, setText] = useState('')
  const [search] = useDebouncedValue(text.trim(), 200)
  const [kindParam, setKind] = useSearchParam('kind')
  const kind = itemKind.safeParse(kindParam).data
  const [maker, setMaker] = useSearchParam('maker')
  const makers = useQuery({ queryKey: ['inventory', 'makers', 'names'], queryFn: ({ signal }) => api.listManufacturers({ query: { limit: 200 }, signal }), staleTime: 60_000 })
  const load = ({ cursor, limit, signal }: PageRequest) => api.stockOverview({ query: { facilityId, cursor, limit, ...(maker === undefined ? {} : { manufacturer: maker }), ...(search === '' ? {} : { search }), ...(kind === undefined ? {} : { kind }) }, signal })
  const add = <Can permission="inventory.master"><Button variant="default" onClick={() => go('/stock/import')}>{t('inventory.import')}</Button><Button leftSection={<IconPlus size={16} />} onClick={() => setNew(true)}>{t('inventory.item.add')}</Button></Can>
  return (
    <Page title={t('inventory.title')} actions={<>{can('inventory.write') ? <Button variant="default" onClick={() => go('/stock/to-see-to')}>{t('inventory.toSeeTo')}</Button> : null}{can('inventory.write') ? <Button variant="default" onClick={() => go('/stock/book')}>{t('inventory.book')}</Button> : null}{add}</>}>
      <InTransit />
      <DataTable
        name="stock" queryKey={['inventory', 'overview', facilityId, search, kind, maker]} load={load} rowId={(row) => row.itemId} rowPath={(row) => `/stock/items/${row.itemId}`} empty={{ title: t('inventory.empty'), hint: t('inventory.emptyHint'), action: add }}
        toolbar={
          <>
            <TextInput aria-label={t('common.search')} placeholder={t('inventory.item.search')} value={text} onChange={(event) => setText(event.currentTarget.value)} />
            <Select aria-label={t('inventory.kind')} data={[{ value: '', label: t('common.all') }, ...itemKind.options.map((value) => ({ value, label: t(`inventory.kind.${value}`) }))]} value={kind ?? ''} onChange={(value) => setKind(value ?? undefined)} />
            <Select aria-label={t('inventory.manufacturer')} placeholder={t('inventory.manufacturer')} searchable clearable data={(makers.data?.items ?? []).map((one) => one.name)} value={maker ?? null} onChange={(value) => setMaker(value ?? undefined)} />
          </>
        }
        columns={[
          { key: 'name', label: t('common.name'), render: (row) => <bdi>{row.name}</bdi>, csv: (row) => row.name },
          { key: 'onHand', label: t('inventory.onHand'), align: 'end', render: (row) => <span className="figures">{row.onHand} <bdi>{row.unit}</bdi></span>, csv: (row) => row.onHand },
          { key: 'state', label: t('common.state'), render: (row) => (row.isLow ? <StateBadge tone="warn" label={t('inventory.low')} /> : row.onHand === '0' ? <StateBadge label={t('inventory.nothing')} /> : <StateBadge tone="good" label={t('inventory.enough')} />) },
          { key: 'sku', label: t('inventory.sku'), render: (row) => row.sku, csv: (row) => row.sku },
          { key: 'maker', label: t('inventory.manufacturer'), render: (row) => <bdi>{row.manufacturer}</bdi>, csv: (row) => row.manufacturer },
          { key: 'reorder', label: t('inventory.reorderLevel'), align: 'end', render: (row) => row.reorderLevel ?? '–' },
          { key: 'expires', label: t('inventory.firstExpiry'), render: (row) => format.day(row.firstExpiresOn) },
          { key: 'value', label: t('inventory.value'), align: 'end', render: (row) => <Money value={row.value} />, csv: (row) => row.value.amount },
        ]}
      />
      <Drawer opened={isNew} onClose={() => setNew(false)} position="right" title={t('inventory.item.add')}>{isNew ? <ItemForm onClose={() => setNew(false)} /> : null}</Drawer>
    </Page>
  )
}
