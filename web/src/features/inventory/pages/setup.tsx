import { useState } from 'react'
import { Button, Drawer, Select, TextInput } from '@mantine/core'
import { storeKind } from '#contract/inventory.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { api, type Store, type Vendor } from '../queries.ts'

const renewed = () => void queryClient.invalidateQueries({ queryKey: ['inventory'] })
const kinds = storeKind.exclude(['transit'])

function StoreForm({ onClose }: { onClose: () => void }) {
  const t = useText()
  const { facilityId } = useAuth()
  const form = useAppForm<{ code: string; name: string; kind: string }, Store>({
    initialValues: { code: '', name: '', kind: 'pharmacy' },
    submit: (values) => api.createStore({ body: { facilityId, code: values.code.toUpperCase(), name: values.name, kind: kinds.parse(values.kind) } }),
    done: () => { renewed(); onClose() },
  })
  const { getInputProps } = form.fields
  return (
    <Form form={form} submitLabel={t('common.save')} cancel={onClose}>
      <TextInput data-autofocus label={t('common.code')} withAsterisk maxLength={12} autoComplete="off" {...getInputProps('code')} />
      <TextInput label={t('common.name')} withAsterisk maxLength={120} {...getInputProps('name')} />
      <Select label={t('inventory.kind')} allowDeselect={false} data={kinds.options.map((value) => ({ value, label: t(`inventory.storeKind.${value}`) }))} {...getInputProps('kind')} />
    </Form>
  )
}

function VendorForm({ onClose }: { onClose: () => void }) {
  const t = useText()
  const form = useAppForm<{ name: string; taxNumber: string; phone: string; email: string; paymentTermsDays: string }, Vendor>({
    initialValues: { name: '', taxNumber: '', phone: '', email: '', paymentTermsDays: '30' },
    submit: (values) => api.createVendor({ body: { ...values, paymentTermsDays: Number(values.paymentTermsDays) || 0 } }),
    done: () => { renewed(); onClose() },
  })
  const { getInputProps } = form.fields
  return (
    <Form form={form} submitLabel={t('common.save')} cancel={onClose}>
      <TextInput data-autofocus label={t('common.name')} withAsterisk maxLength={200} {...getInputProps('name')} />
      <TextInput label={t('inventory.vendor.taxNumber')} maxLength={40} {...getInputProps('taxNumber')} />
      <TextInput label={t('common.phone')} maxLength={40} {...getInputProps('phone')} />
      <TextInput label={t('inventory.vendor.email')} maxLength={200} {...getInputProps('email')} />
      <TextInput label={t('inventory.vendor.terms')} inputMode="numeric" {...getInputProps('paymentTermsDays')} />
    </Form>
  )
}

/** Stores and vendors. */
export function SetupPage() {
  const t = useText()
  const [open, setOpen] = useState<'store' | 'vendor'>()
  const close = () => setOpen(undefined)
  const stores = ({ cursor, limit, signal }: PageRequest) => api.listStores({ query: { cursor, limit }, signal })
  const vendors = ({ cursor, limit, signal }: PageRequest) => api.listVendors({ query: { cursor, limit }, signal })
  return (
    <Page title={t('inventory.setup')}>
      <Section title={t('inventory.stores')} actions={<Button onClick={() => setOpen('store')}>{t('inventory.store.add')}</Button>}>
        <DataTable name="stores" queryKey={['inventory', 'stores', 'list']} load={stores} rowId={(row) => row.id} empty={{ title: t('inventory.store.none') }} columns={[{ key: 'code', label: t('common.code'), render: (row) => row.code }, { key: 'name', label: t('common.name'), render: (row) => <bdi>{row.name}</bdi> }, { key: 'kind', label: t('inventory.kind'), render: (row) => t(`inventory.storeKind.${row.kind}`) }, { key: 'state', label: t('common.state'), render: (row) => <StateBadge tone={row.isFrozen ? 'warn' : 'neutral'} label={t(row.isFrozen ? 'inventory.store.counted' : row.isActive ? 'common.active' : 'common.inactive')} /> }, { key: 'seal', label: t('inventory.seal'), render: (row) => row.sealNumber }]} />
      </Section>
      <Section title={t('inventory.vendors')} actions={<Button onClick={() => setOpen('vendor')}>{t('inventory.vendor.add')}</Button>}>
        <DataTable name="vendors" queryKey={['inventory', 'vendors', 'list']} load={vendors} rowId={(row) => row.id} empty={{ title: t('inventory.vendor.none') }} columns={[{ key: 'name', label: t('common.name'), render: (row) => <bdi>{row.name}</bdi> }, { key: 'tax', label: t('inventory.vendor.taxNumber'), render: (row) => row.taxNumber }, { key: 'phone', label: t('common.phone'), render: (row) => <bdi dir="ltr">{row.phone}</bdi> }, { key: 'terms', label: t('inventory.vendor.terms'), align: 'end', render: (row) => row.paymentTermsDays }]} />
      </Section>
      <Drawer opened={open !== undefined} onClose={close} position="right" title={t(open === 'vendor' ? 'inventory.vendor.add' : 'inventory.store.add')}>{open === 'store' ? <StoreForm onClose={close} /> : open === 'vendor' ? <VendorForm onClose={close} /> : null}</Drawer>
    </Page>
  )
}
