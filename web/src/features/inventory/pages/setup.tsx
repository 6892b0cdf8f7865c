import { useState } from 'react'
import { Button, Drawer } from '@mantine/core'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { KeepingForm } from '../parts/keeping-form.tsx'
import { ManufacturerForm, StoreForm, VendorForm } from '../parts/setup-forms.tsx'
import { StoreDrawer } from '../parts/store-drawer.tsx'
import { api, type Manufacturer, type Store, type Vendor } from '../queries.ts'

type Open = { kind: 'store'; row?: Store } | { kind: 'vendor'; row?: Vendor } | { kind: 'maker'; row?: Manufacturer }

function Opened({ open, onClose }: { open: Open; onClose: () => void }) {
  if (open.kind === 'vendor') return <VendorForm before={open.row} onClose={onClose} />
  if (open.kind === 'maker') return <ManufacturerForm before={open.row} onClose={onClose} />
  return open.row === undefined ? <StoreForm onClose={onClose} /> : <StoreDrawer storeId={open.row.id} />
}

/** Stores, vendors, makers and the hospital's own bounds. */
export function SetupPage() {
  const t = useText()
  const { facilityId } = useAuth()
  const [open, setOpen] = useState<Open>()
  const close = () => setOpen(undefined)
  const stores = ({ cursor, limit, signal }: PageRequest) => api.listStores({ query: { facilityId, cursor, limit }, signal })
  const vendors = ({ cursor, limit, signal }: PageRequest) => api.listVendors({ query: { cursor, limit }, signal })
  const makers = ({ cursor, limit, signal }: PageRequest) => api.listManufacturers({ query: { cursor, limit }, signal })
  const title = open === undefined ? '' : (open.row?.name ?? t(`inventory.${open.kind}.add`))
  return (
    <Page title={t('inventory.setup')}>
      <Section title={t('inventory.keeping')}><KeepingForm /></Section>
      <Section title={t('inventory.stores')} actions={<Button variant="default" onClick={() => setOpen({ kind: 'store' })}>{t('inventory.store.add')}</Button>}>
        <DataTable name="stores" queryKey={['inventory', 'stores', 'list', facilityId]} load={stores} rowId={(row) => row.id} onOpen={(row) => setOpen({ kind: 'store', row })} empty={{ title: t('inventory.store.none') }} columns={[{ key: 'code', label: t('common.code'), render: (row) => row.code }, { key: 'name', label: t('common.name'), render: (row) => <bdi>{row.name}</bdi> }, { key: 'kind', label: t('inventory.kind'), render: (row) => t(`inventory.storeKind.${row.kind}`) }, { key: 'state', label: t('common.state'), render: (row) => <StateBadge tone={row.isFrozen ? 'warn' : 'neutral'} label={t(row.isFrozen ? 'inventory.store.counted' : row.isActive ? 'common.active' : 'common.inactive')} /> }, { key: 'seal', label: t('inventory.seal'), render: (row) => row.sealNumber }]} />
      </Section>
      <Section title={t('inventory.vendors')} actions={<Button variant="default" onClick={() => setOpen({ kind: 'vendor' })}>{t('inventory.vendor.add')}</Button>}>
        <DataTable name="vendors" queryKey={['inventory', 'vendors', 'list']} load={vendors} rowId={(row) => row.id} onOpen={(row) => setOpen({ kind: 'vendor', row })} empty={{ title: t('inventory.vendor.none') }} columns={[{ key: 'name', label: t('common.name'), render: (row) => <bdi>{row.name}</bdi> }, { key: 'tax', label: t('inventory.vendor.taxNumber'), render: (row) => row.taxNumber }, { key: 'phone', label: t('common.phone'), render: (row) => <bdi dir="ltr">{row.phone}</bdi> }, { key: 'terms', label: t('inventory.vendor.terms'), align: 'end', render: (row) => row.paymentTermsDays }]} />
      </Section>
      <Section title={t('inventory.makers')} actions={<Button variant="default" onClick={() => setOpen({ kind: 'maker' })}>{t('inventory.maker.add')}</Button>}>
        <DataTable name="makers" queryKey={['inventory', 'makers', 'list']} load={makers} rowId={(row) => row.id} onOpen={(row) => setOpen({ kind: 'maker', row })} empty={{ title: t('inventory.maker.none') }} columns={[{ key: 'name', label: t('common.name'), render: (row) => <bdi>{row.name}</bdi> }, { key: 'licence', label: t('inventory.maker.licence'), render: (row) => row.licenceNumber }, { key: 'phone', label: t('common.phone'), render: (row) => <bdi dir="ltr">{row.phone}</bdi> }]} />
      </Section>
      <Drawer opened={open !== undefined} onClose={close} position="right" title={<bdi>{title}</bdi>}>{open === undefined ? null : <Opened open={open} onClose={close} />}</Drawer>
    </Page>
  )
}
