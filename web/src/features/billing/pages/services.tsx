import { useState } from 'react'
import { Button, Divider, Drawer, Select, Stack, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { hasText, useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Money } from '../../../ui/money.tsx'
import { Page } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { PriceList } from '../parts/price-list.tsx'
import { PriceForm, ServiceForm } from '../parts/service-form.tsx'
import { isZero } from '../amounts.ts'
import { api, categoriesQuery, type Service } from '../queries.ts'

function Switch({ service }: { service: Service }) {
  const t = useText()
  const write = useWrite((isActive: boolean) => api.updateService({ params: { id: service.id }, body: { isActive }, ifMatch: service.version }), { invalidate: [['billing', 'services']] })
  return <Button size="compact-xs" variant="subtle" loading={write.isPending} onClick={() => write.mutate(!service.isActive)}>{t(service.isActive ? 'billing.service.switchOff' : 'billing.service.switchOn')}</Button>
}

/** Services and prices. */
export function ServicesPage() {
  const t = useText()
  const format = useFormat()
  const { can, facilityId } = useAuth()
  const [open, setOpen] = useState<Service | 'new'>()
  const [text, setText] = useState('')
  const [search] = useDebouncedValue(text.trim(), 200)
  const categoryText = (value: string) => (hasText(`billing.category.${value}`) ? t(`billing.category.${value}`) : value)
  const [category, setCategory] = useSearchParam('category')
  const [activeParam, setActive] = useSearchParam('active')
  const categories = useQuery(categoriesQuery())
  const isActive: 'true' | 'false' | undefined = activeParam === 'true' || activeParam === 'false' ? activeParam : undefined
  const filter = { ...(search === '' ? {} : { search }), ...(category ? { category } : {}), isActive, facilityId }
  const load = ({ cursor, limit, signal }: PageRequest) => api.listServices({ query: { ...filter, cursor, limit }, signal })
  const add = <Can permission="billing.services"><Button leftSection={<IconPlus size={16} />} onClick={() => setOpen('new')}>{t('billing.service.new')}</Button></Can>
  const close = () => setOpen(undefined)
  const toolbar = (
    <>
      <TextInput w={260} aria-label={t('common.search')} placeholder={t('billing.service.search')} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      <Select w={180} aria-label={t('billing.service.category')} data={[{ value: '', label: t('billing.service.anyCategory') }, ...(categories.data ?? []).map((value) => ({ value, label: categoryText(value) }))]} value={category ?? ''} onChange={(value) => setCategory(value ?? undefined)} />
      <Select w={160} aria-label={t('common.state')} data={[{ value: '', label: t('billing.anyState') }, { value: 'true', label: t('common.active') }, { value: 'false', label: t('common.inactive') }]} value={isActive ?? ''} onChange={(value) => setActive(value ?? undefined)} />
    </>
  )
  return (
    <Page title={t('billing.service.title')} actions={add}>
      <DataTable
        name="services" queryKey={['billing', 'services', 'list', filter]} load={load} rowId={(row) => row.id} empty={{ title: t('billing.service.none'), hint: t('billing.service.emptyHint'), action: add }}
        toolbar={toolbar}
        {...(can('billing.services') ? { onOpen: setOpen, rowMenu: (row: Service) => <Switch service={row} /> } : {})}
        columns={[
          { key: 'code', label: t('common.code'), render: (row) => row.code },
          { key: 'name', label: t('common.name'), render: (row) => row.name },
          { key: 'category', label: t('billing.service.category'), render: (row) => categoryText(row.category), csv: (row) => row.category },
          { key: 'price', label: t('common.amount'), align: 'end', render: (row) => <Money value={row.price} />, csv: (row) => row.price.amount },
          { key: 'tax', label: t('billing.sum.tax'), align: 'end', render: (row) => (isZero(row.taxRatePercent) ? t('billing.exempt') : `${row.taxRatePercent} %`) },
          { key: 'taxCode', label: t('billing.service.taxCode'), render: (row) => row.taxCode },
          { key: 'state', label: t('common.state'), render: (row) => <StateBadge label={t(row.isActive ? 'common.active' : 'common.inactive')} /> },
        ]}
      />
      <Drawer opened={open !== undefined} onClose={close} position="right" title={t(open === 'new' ? 'billing.service.new' : 'common.edit')}>
        {open === undefined ? null : (
          <Stack>
            <ServiceForm key={open === 'new' ? 'new' : open.id} before={open === 'new' ? undefined : open} onClose={close} />
            {open === 'new' ? null : (
              <>
                <Divider label={t('billing.service.prices')} />
                <PriceList serviceId={open.id} />
                <Divider label={t('billing.service.addPrice')} />
                <PriceForm service={open} today={format.today()} onClose={close} />
              </>
            )}
          </Stack>
        )}
      </Drawer>
    </Page>
  )
}
