import { Select, Switch, TextInput } from '@mantine/core'
import { storeKind } from '#contract/inventory.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { api, type Manufacturer, type Store, type Vendor } from '../queries.ts'

const renewed = () => void queryClient.invalidateQueries({ queryKey: ['inventory'] })
const kinds = storeKind.exclude(['transit'])

/** A new store. */
export function StoreForm({ onClose }: { onClose: () => void }) {
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

/** A vendor, new or changed. */
export function VendorForm({ before, onClose }: { before?: Vendor | undefined; onClose: () => void }) {
  const t = useText()
  const form = useAppForm<{ name: string; taxNumber: string; stateCode: string; phone: string; email: string; address: string; paymentTermsDays: string; isActive: boolean }, Vendor>({
    initialValues: { name: before?.name ?? '', taxNumber: before?.taxNumber ?? '', stateCode: before?.stateCode ?? '', phone: before?.phone ?? '', email: before?.email ?? '', address: before?.address ?? '', paymentTermsDays: String(before?.paymentTermsDays ?? 30), isActive: before?.isActive ?? true },
    submit: (values) => {
      const body = { ...values, paymentTermsDays: Number(values.paymentTermsDays) || 0 }
      return before === undefined ? api.createVendor({ body }) : api.updateVendor({ params: { id: before.id }, ifMatch: before.version, body })
    },
    done: () => { renewed(); onClose() },
  })
  const { getInputProps, values, setFieldValue } = form.fields
  return (
    <Form form={form} submitLabel={t('common.save')} cancel={onClose}>
      <TextInput data-autofocus label={t('common.name')} withAsterisk maxLength={200} {...getInputProps('name')} />
      <TextInput label={t('inventory.vendor.taxNumber')} maxLength={40} {...getInputProps('taxNumber')} />
      <TextInput label={t('common.phone')} maxLength={40} {...getInputProps('phone')} />
      <TextInput label={t('inventory.vendor.email')} maxLength={200} {...getInputProps('email')} />
      <TextInput label={t('inventory.vendor.stateCode')} description={t('inventory.vendor.stateCodeHint')} maxLength={10} {...getInputProps('stateCode')} />
      <TextInput label={t('common.address')} maxLength={500} {...getInputProps('address')} />
      <TextInput label={t('inventory.vendor.terms')} inputMode="numeric" {...getInputProps('paymentTermsDays')} />
      {before === undefined ? null : <Switch label={t('inventory.active')} checked={values.isActive} onChange={(event) => setFieldValue('isActive', event.currentTarget.checked)} />}
    </Form>
  )
}

/** A maker of goods; a new name is that of its items too. */
export function ManufacturerForm({ before, onClose }: { before?: Manufacturer | undefined; onClose: () => void }) {
  const t = useText()
  const form = useAppForm<{ name: string; licenceNumber: string; phone: string; email: string; address: string; isActive: boolean }, Manufacturer>({
    initialValues: { name: before?.name ?? '', licenceNumber: before?.licenceNumber ?? '', phone: before?.phone ?? '', email: before?.email ?? '', address: before?.address ?? '', isActive: before?.isActive ?? true },
    submit: (values) => (before === undefined ? api.createManufacturer({ body: values }) : api.updateManufacturer({ params: { id: before.id }, ifMatch: before.version, body: values })),
    done: () => { renewed(); onClose() },
  })
  const { getInputProps, values, setFieldValue } = form.fields
  return (
    <Form form={form} submitLabel={t('common.save')} cancel={onClose}>
      <TextInput data-autofocus label={t('common.name')} withAsterisk maxLength={120} {...getInputProps('name')} />
      <TextInput label={t('inventory.maker.licence')} maxLength={60} {...getInputProps('licenceNumber')} />
      <TextInput label={t('common.phone')} maxLength={40} {...getInputProps('phone')} />
      <TextInput label={t('common.email')} maxLength={200} {...getInputProps('email')} />
      <TextInput label={t('common.address')} maxLength={500} {...getInputProps('address')} />
      {before === undefined ? null : <Switch label={t('inventory.active')} checked={values.isActive} onChange={(event) => setFieldValue('isActive', event.currentTarget.checked)} />}
    </Form>
  )
}
