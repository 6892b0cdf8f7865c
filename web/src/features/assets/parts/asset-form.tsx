import { Checkbox, Select, SimpleGrid, Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { criticality } from '#contract/assets-shapes.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { MoneyInput } from '../../../ui/money.tsx'
import { VendorSelect } from '../../inventory/public.tsx'
import { type AssetValues, bodyOf, thingOf, valuesOf } from '../form.ts'
import { api, type Asset, categoriesQuery } from '../queries.ts'
import { PlaceFields } from './place-fields.tsx'

type Fields = ReturnType<typeof useAppForm<AssetValues, Asset>>['fields']

/** What its books rest on: entered once, set right by the accounts. */
function BookFields({ fields }: { fields: Fields }) {
  const t = useText()
  const { facility } = useAuth()
  const { data } = useQuery(categoriesQuery())
  const { getInputProps, values, setFieldValue, errors } = fields
  const currency = facility?.currency ?? 'INR'
  const money = (name: 'cost' | 'tax' | 'openingDepreciated', isRequired = false) => ({ currency, value: values[name], onChange: (amount: string) => setFieldValue(name, amount), isRequired, error: String(errors[name] ?? errors[`${name}.amount`] ?? '') })
  return (
    <>
      <Select label={t('assets.category')} description={t('assets.categoryHint')} withAsterisk searchable data={(data?.items ?? []).map((one) => ({ value: one.id, label: one.name }))} {...getInputProps('categoryId')} />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput type="date" label={t('assets.purchasedOn')} withAsterisk {...getInputProps('purchasedOn')} />
        <TextInput type="date" label={t('assets.inUseOn')} description={t('assets.inUseHint')} {...getInputProps('inUseOn')} />
        <MoneyInput label={t('assets.cost')} {...money('cost', true)} />
        <MoneyInput label={t('assets.tax')} {...money('tax')} />
        <TextInput type="date" label={t('assets.openingOn')} description={t('assets.openingHint')} {...getInputProps('openingOn')} />
        <MoneyInput label={t('assets.openingDepreciated')} {...money('openingDepreciated')} />
      </SimpleGrid>
      <Checkbox label={t('assets.taxCredited')} description={t('assets.taxCreditedHint')} checked={values.isTaxCredited} onChange={(event) => setFieldValue('isTaxCredited', event.currentTarget.checked)} />
    </>
  )
}

/** An asset, new or changed. */
export function AssetForm({ before, onClose, onDone }: { before?: Asset; onClose: () => void; onDone?: (asset: Asset) => void }) {
  const t = useText()
  const format = useFormat()
  const { facilityId, facility } = useAuth()
  const form = useAppForm<AssetValues, Asset>({
    initialValues: valuesOf(before, format.today()),
    submit: (values) => (before === undefined ? api.registerAsset({ body: bodyOf(values, facilityId, facility?.currency ?? 'INR') }) : api.updateAsset({ params: { id: before.id }, ifMatch: before.version, body: thingOf(values) })),
    done: (asset) => {
      void queryClient.invalidateQueries({ queryKey: ['assets'] })
      onClose()
      onDone?.(asset)
    },
  })
  const { getInputProps, values, setFieldValue } = form.fields
  return (
    <Form form={form} submitLabel={t('common.save')} cancel={onClose} labels={{ name: t('common.name'), categoryId: t('assets.category'), cost: t('assets.cost'), serialNumber: t('assets.serial') }}>
      <TextInput data-autofocus label={t('common.name')} withAsterisk maxLength={200} autoComplete="off" {...getInputProps('name')} />
      {before === undefined ? <BookFields fields={form.fields} /> : null}
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput label={t('assets.maker')} maxLength={120} {...getInputProps('maker')} />
        <TextInput label={t('assets.model')} maxLength={120} {...getInputProps('model')} />
        <TextInput label={t('assets.serial')} maxLength={80} autoComplete="off" {...getInputProps('serialNumber')} />
        <Select label={t('assets.criticality')} description={t('assets.criticalityHint')} data={criticality.options.map((value) => ({ value, label: t(`assets.criticality.${value}`) }))} {...getInputProps('criticality')} />
        <PlaceFields departmentId={values.departmentId} location={values.location} custodianId={values.custodianId} set={setFieldValue} />
        <VendorSelect isOptional label={t('assets.vendor')} value={values.vendorId} onChange={(id) => setFieldValue('vendorId', id)} />
        <TextInput label={t('assets.invoice')} maxLength={60} {...getInputProps('invoiceNumber')} />
        <TextInput type="date" label={t('assets.warrantyUntil')} description={t('assets.warrantyHint')} {...getInputProps('warrantyUntil')} />
        <TextInput label={t('assets.counterUnit')} description={t('assets.counterUnitHint')} placeholder={t('assets.counterHint')} maxLength={20} {...getInputProps('counterUnit')} />
      </SimpleGrid>
      <Textarea label={t('common.note')} autosize minRows={2} maxLength={1000} {...getInputProps('note')} />
    </Form>
  )
}
