import { Select, SimpleGrid, TextInput } from '@mantine/core'
import { planKind } from '#contract/assets-care.ts'
import { useText } from '../../../kernel/i18n.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { MoneyInput } from '../../../ui/money.tsx'
import { VendorSelect } from '../../inventory/public.tsx'
import { api, type Asset } from '../queries.ts'
import { renewed } from './done.ts'

const rhythms = ['everyMonths', 'everyDays', 'everyCount'] as const

/** A plan: every so many months or days, or by the counter. */
export function PlanForm({ asset, onClose }: { asset: Asset; onClose: () => void }) {
  const t = useText()
  const form = useAppForm({
    initialValues: { kind: 'maintenance', name: '', rhythm: 'everyMonths', number: '6', nextDueOn: '' },
    submit: (values) => api.addPlan({ params: { id: asset.id }, body: { kind: planKind.parse(values.kind), name: values.name, ...(values.rhythm === 'everyCount' ? { everyCount: values.number } : { [values.rhythm]: Number(values.number) }), ...(values.nextDueOn === '' || values.rhythm === 'everyCount' ? {} : { nextDueOn: values.nextDueOn }) } }),
    done: () => { renewed(); onClose() },
  })
  const { getInputProps, values, errors } = form.fields
  return (
    <Form form={form} submitLabel={t('common.save')} cancel={onClose}>
      <Select label={t('common.type')} data={planKind.options.map((value) => ({ value, label: t(`assets.work.${value}`) }))} {...getInputProps('kind')} />
      <TextInput data-autofocus label={t('common.name')} withAsterisk maxLength={120} {...getInputProps('name')} />
      <SimpleGrid cols={2}>
        <TextInput label={t('assets.every')} inputMode="numeric" withAsterisk {...getInputProps('number')} error={errors['everyDays'] ?? errors['everyMonths'] ?? errors['everyCount']} />
        <Select label={t('assets.rhythm')} data={rhythms.filter((one) => one !== 'everyCount' || asset.counterUnit !== '').map((value) => ({ value, label: value === 'everyCount' ? asset.counterUnit : t(`assets.rhythm.${value}`) }))} {...getInputProps('rhythm')} />
      </SimpleGrid>
      {values.rhythm === 'everyCount' ? null : <TextInput type="date" label={t('assets.firstDue')} description={t('assets.firstDueHint')} {...getInputProps('nextDueOn')} />}
    </Form>
  )
}

/** A maintenance contract. */
export function ContractForm({ asset, onClose }: { asset: Asset; onClose: () => void }) {
  const t = useText()
  const currency = asset.cost.currency
  const form = useAppForm({
    initialValues: { kind: 'amc', vendorId: asset.vendorId ?? '', number: '', fromOn: '', untilOn: '', cost: '' },
    submit: (values) => api.addContract({ params: { id: asset.id }, body: { kind: values.kind === 'cmc' ? 'cmc' : 'amc', vendorId: values.vendorId, number: values.number, fromOn: values.fromOn, untilOn: values.untilOn, cost: { amount: values.cost, currency } } }),
    done: () => { renewed(); onClose() },
  })
  const { getInputProps, values, setFieldValue, errors } = form.fields
  return (
    <Form form={form} submitLabel={t('common.save')} cancel={onClose}>
      <Select label={t('common.type')} data={(['amc', 'cmc'] as const).map((value) => ({ value, label: t(`assets.contract.${value}`) }))} {...getInputProps('kind')} />
      <VendorSelect label={t('assets.vendor')} value={values.vendorId} error={errors['vendorId'] === undefined ? undefined : String(errors['vendorId'])} onChange={(id) => setFieldValue('vendorId', id)} />
      <TextInput label={t('assets.contract.number')} maxLength={60} {...getInputProps('number')} />
      <SimpleGrid cols={2}>
        <TextInput type="date" label={t('common.from')} withAsterisk {...getInputProps('fromOn')} />
        <TextInput type="date" label={t('common.to')} withAsterisk {...getInputProps('untilOn')} />
      </SimpleGrid>
      <MoneyInput label={t('assets.contract.cost')} isRequired currency={currency} value={values.cost} error={String(errors['cost'] ?? errors['cost.amount'] ?? '')} onChange={(amount) => setFieldValue('cost', amount)} />
    </Form>
  )
}
