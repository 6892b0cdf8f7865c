import { Select, SimpleGrid, Switch, TextInput } from '@mantine/core'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { MoneyInput } from '../../../ui/money.tsx'
import { api, type Service } from '../queries.ts'

interface Values extends Record<string, unknown> {
  code: string
  name: string
  category: string
  amount: string
  taxCode: string
  taxRatePercent: string
  isTaxIncluded: boolean
}

const done = () => void queryClient.invalidateQueries({ queryKey: ['billing', 'services'] })

/** A service with its first price. */
export function ServiceForm({ before, onClose }: { before?: Service | undefined; onClose: () => void }) {
  const t = useText()
  const { facility } = useAuth()
  const currency = before?.price.currency ?? facility?.currency ?? 'INR'
  const form = useAppForm<Values, unknown>({
    initialValues: { code: before?.code ?? '', name: before?.name ?? '', category: before?.category ?? '', amount: before?.price.amount ?? '', taxCode: before?.taxCode ?? '', taxRatePercent: before?.taxRatePercent ?? '', isTaxIncluded: before?.isTaxIncluded ?? false },
    submit: (values) =>
      before === undefined
        ? api.createService({ body: { code: values.code, name: values.name, category: values.category, price: { amount: values.amount, currency }, taxCode: values.taxCode, isTaxIncluded: values.isTaxIncluded, ...(values.taxRatePercent === '' ? {} : { taxRatePercent: values.taxRatePercent }) } })
        : api.updateService({ params: { id: before.id }, ifMatch: before.version, body: { name: values.name, category: values.category, taxCode: values.taxCode } }),
    done: () => {
      done()
      onClose()
    },
  })
  const { getInputProps, values, setFieldValue } = form.fields
  const isNew = before === undefined
  return (
    <Form form={form} submitLabel={t('common.save')} cancel={onClose} labels={{ code: t('common.code'), name: t('common.name'), 'price.amount': t('common.amount'), taxCode: t('billing.service.taxCode') }}>
      <TextInput data-autofocus label={t('common.code')} withAsterisk disabled={!isNew} maxLength={40} autoComplete="off" {...getInputProps('code')} />
      <TextInput label={t('common.name')} withAsterisk maxLength={200} autoComplete="off" {...getInputProps('name')} />
      <TextInput label={t('billing.service.category')} maxLength={60} {...getInputProps('category')} />
      <TextInput label={t('billing.service.taxCode')} description={t('billing.service.taxCodeHint')} maxLength={20} autoComplete="off" {...getInputProps('taxCode')} />
      {isNew ? (
        <>
          <SimpleGrid cols={2}>
            <MoneyInput label={t('common.amount')} currency={currency} value={values.amount} onChange={(amount) => setFieldValue('amount', amount)} isRequired />
            <TextInput label={t('billing.service.rate')} inputMode="decimal" {...getInputProps('taxRatePercent')} />
          </SimpleGrid>
          <Switch label={t('billing.service.included')} checked={values.isTaxIncluded} onChange={(event) => setFieldValue('isTaxIncluded', event.currentTarget.checked)} />
        </>
      ) : null}
    </Form>
  )
}

interface PriceValues extends Record<string, unknown> {
  amount: string
  facilityId: string
  validFrom: string
  taxRatePercent: string
  isTaxIncluded: boolean
}

/** A new price from a date on, for all facilities or one. */
export function PriceForm({ service, today, onClose }: { service: Service; today: string; onClose: () => void }) {
  const t = useText()
  const { me } = useAuth()
  const form = useAppForm<PriceValues, unknown>({
    initialValues: { amount: service.price.amount, facilityId: '', validFrom: today, taxRatePercent: service.taxRatePercent, isTaxIncluded: service.isTaxIncluded },
    submit: (values) => api.addPrice({ params: { id: service.id }, body: { price: { amount: values.amount, currency: service.price.currency }, validFrom: values.validFrom, isTaxIncluded: values.isTaxIncluded, ...(values.taxRatePercent === '' ? {} : { taxRatePercent: values.taxRatePercent }), ...(values.facilityId === '' ? {} : { facilityId: values.facilityId }) } }),
    done: () => {
      done()
      onClose()
    },
  })
  const { values, setFieldValue, getInputProps } = form.fields
  return (
    <Form form={form} submitLabel={t('billing.service.addPrice')} cancel={onClose}>
      <MoneyInput label={t('common.amount')} currency={service.price.currency} value={values.amount} onChange={(amount) => setFieldValue('amount', amount)} isRequired />
      <TextInput type="date" label={t('billing.service.validFrom')} withAsterisk {...getInputProps('validFrom')} />
      <Select label={t('common.facility')} data={[{ value: '', label: t('common.all') }, ...me.facilities.map((one) => ({ value: one.id, label: one.name }))]} value={values.facilityId} onChange={(value) => setFieldValue('facilityId', value ?? '')} />
      <TextInput label={t('billing.service.rate')} inputMode="decimal" {...getInputProps('taxRatePercent')} />
      <Switch label={t('billing.service.included')} checked={values.isTaxIncluded} onChange={(event) => setFieldValue('isTaxIncluded', event.currentTarget.checked)} />
    </Form>
  )
}
