import { useState } from 'react'
import { Button, Drawer, Menu, Select, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconDotsVertical, IconSearch } from '@tabler/icons-react'
import { orderableKind } from '#contract/order-catalogue.ts'
import { openBlob } from '../../../kernel/api.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useLanguage, useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useGo, useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { EditOrderable, OrderableForm } from '../parts/orderable-form.tsx'
import { OrderSettings } from '../parts/order-settings.tsx'
import { api, type Orderable } from '../queries.ts'

const touchedHere = [['orders', 'orderables']]
type Open = 'new' | 'settings' | Orderable

function Actions({ onOpen }: { onOpen: (open: Open) => void }) {
  const t = useText()
  const go = useGo()
  const { can } = useAuth()
  const save = useWrite(async () => openBlob(await api.exportOrderables({})))
  const starter = useWrite(() => api.addStarterOrderables({ body: {} }), { invalidate: touchedHere, done: t('orders.catalogue.started') })
  if (!can('orders.catalogue')) return <Button variant="default" loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('orders.catalogue.csv')}</Button>
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target><Button variant="default" loading={save.isPending || starter.isPending} rightSection={<IconDotsVertical size={16} aria-hidden />}>{t('common.more')}</Button></Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => go('/orders/catalogue/import')}>{t('orders.catalogue.import')}</Menu.Item>
          <Menu.Item onClick={() => save.mutate(undefined)}>{t('orders.catalogue.csv')}</Menu.Item>
          <Menu.Item onClick={() => starter.mutate(undefined)}>{t('orders.catalogue.starter')}</Menu.Item>
          <Menu.Divider />
          <Menu.Item onClick={() => onOpen('settings')}>{t('orders.settings.title')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Button onClick={() => onOpen('new')}>{t('orders.catalogue.add')}</Button>
    </>
  )
}

/** What may be ordered besides tests and medicines. */
export function CataloguePage() {
  const t = useText()
  const language = useLanguage()
  const { can } = useAuth()
  const [text, setText] = useState('')
  const [search] = useDebouncedValue(text.trim(), 200)
  const [kindParam, setKind] = useSearchParam('kind')
  const kind = orderableKind.safeParse(kindParam).data
  const filter = { ...(search === '' ? {} : { search }), ...(kind === undefined ? {} : { kind }) }
  const load = ({ cursor, limit, signal }: PageRequest) => api.listOrderables({ query: { ...filter, cursor, limit }, signal })
  const [open, setOpen] = useState<Open>()
  const close = () => setOpen(undefined)
  const toolbar = (
    <>
      <TextInput w={{ base: '100%', xs: 260 }} aria-label={t('common.search')} placeholder={t('orders.basket.testHint')} leftSection={<IconSearch size={16} aria-hidden />} maxLength={120} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      <Select w={170} aria-label={t('orders.item.kind')} allowDeselect={false} data={[{ value: 'all', label: t('common.all') }, ...orderableKind.options.map((value) => ({ value, label: t(`orders.kind.${value}`) }))]} value={kind ?? 'all'} onChange={(value) => setKind(value === 'all' ? undefined : (value ?? undefined))} />
    </>
  )
  return (
    <Page title={t('orders.catalogue.title')} actions={<Actions onOpen={setOpen} />}>
      <DataTable
        name="orderables" queryKey={['orders', 'orderables', 'list', filter]} load={load} rowId={(row: Orderable) => row.id} toolbar={toolbar} empty={{ title: t('orders.catalogue.empty'), hint: t('orders.catalogue.emptyHint') }} {...(can('orders.catalogue') ? { onOpen: (row: Orderable) => setOpen(row) } : {})}
        columns={[
          { key: 'name', label: t('common.name'), isProse: true, render: (row) => <>{row.name} {row.isActive ? null : <StateBadge label={t('common.inactive')} tone="warn" />}</>, csv: (row) => row.name },
          ...(language === 'en' ? [] : [{ key: 'local', label: t('orders.catalogue.local'), isProse: true as const, render: (row: Orderable) => <bdi>{row.names[language] ?? '–'}</bdi> }]),
          { key: 'kind', label: t('orders.item.kind'), render: (row) => t(`orders.kind.${row.kind}`) },
          { key: 'category', label: t('orders.catalogue.category'), render: (row) => row.category || '–' },
          { key: 'code', label: t('common.code'), render: (row) => <bdi dir="ltr">{row.code}</bdi>, csv: (row) => row.code },
          { key: 'standard', label: t('orders.catalogue.standard'), render: (row) => (row.standard === null ? '–' : <bdi dir="ltr">{`${row.standard.system} ${row.standard.code}`}</bdi>), csv: (row) => (row.standard === null ? '' : `${row.standard.system} ${row.standard.code}`) },
          { key: 'price', label: t('orders.catalogue.price'), render: (row) => (row.serviceId === null ? <StateBadge label={t('orders.catalogue.noPrice')} tone="warn" /> : t('orders.catalogue.priced')), csv: (row) => t(row.serviceId === null ? 'orders.catalogue.noPrice' : 'orders.catalogue.priced') },
        ]}
      />
      <Drawer opened={open !== undefined} onClose={close} position="right" size="lg" title={open === 'settings' ? t('orders.settings.title') : open === 'new' ? t('orders.catalogue.add') : (open?.name ?? '')}>
        {open === 'settings' ? <OrderSettings onDone={close} /> : open === 'new' ? <OrderableForm kind={kind} onDone={close} /> : open === undefined ? null : <EditOrderable key={open.id} id={open.id} onDone={close} />}
      </Drawer>
    </Page>
  )
}
