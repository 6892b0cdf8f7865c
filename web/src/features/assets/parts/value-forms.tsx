import { Select, Text, TextInput, Textarea } from '@mantine/core'
import { depreciationMethod } from '#contract/assets-shapes.ts'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { MoneyInput } from '../../../ui/money.tsx'
import { api, type Asset } from '../queries.ts'
import { renewed } from './done.ts'

/** An addition to the cost, or an impairment. */
export function ValueForm({ asset, kind, onClose }: { asset: Asset; kind: 'addition' | 'impairment'; onClose: () => void }) {
  const t = useText()
  const format = useFormat()
  const form = useAppForm({
    initialValues: { amount: '', on: format.today(), reason: '' },
    submit: (values) => {
      const request = { params: { id: asset.id }, ifMatch: asset.version, body: { amount: { amount: values.amount, currency: asset.gross.currency }, on: values.on, reason: values.reason } }
      return kind === 'addition' ? api.addCost(request) : api.impair(request)
    },
    done: () => { renewed(); onClose() },
  })
  const { getInputProps, values, setFieldValue, errors } = form.fields
  return (
    <Form form={form} submitLabel={t('common.save')} cancel={onClose}>
      <Text size="sm" c="dimmed">{t(`assets.${kind}.hint`)}</Text>
      <MoneyInput label={t('common.amount')} isRequired currency={asset.gross.currency} value={values.amount} error={String(errors['amount'] ?? errors['amount.amount'] ?? '')} onChange={(amount) => setFieldValue('amount', amount)} />
      <TextInput type="date" label={t('common.date')} withAsterisk {...getInputProps('on')} />
      <Textarea label={t('common.reason')} withAsterisk autosize minRows={2} maxLength={300} {...getInputProps('reason')} />
    </Form>
  )
}

/** Terms set right; what was charged stays, the next month takes the difference. */
export function CorrectForm({ asset, onClose }: { asset: Asset; onClose: () => void }) {
  const t = useText()
  const form = useAppForm({
    initialValues: { method: String(asset.method), lifeMonths: String(asset.lifeMonths), ratePercent: asset.ratePercent ?? '', residualPercent: asset.residualPercent, inUseOn: asset.inUseOn ?? '', reason: '' },
    submit: (values) => api.correctTerms({ params: { id: asset.id }, ifMatch: asset.version, body: { method: depreciationMethod.parse(values.method), lifeMonths: Number(values.lifeMonths), residualPercent: values.residualPercent, reason: values.reason, ...(values.method === 'written-down' && values.ratePercent !== '' ? { ratePercent: values.ratePercent } : {}), ...(values.inUseOn === '' ? {} : { inUseOn: values.inUseOn }) } }),
    done: () => { renewed(); onClose() },
  })
  const { getInputProps, values } = form.fields
  return (
    <Form form={form} submitLabel={t('common.save')} cancel={onClose}>
      <Text size="sm" c="dimmed">{t('assets.terms.hint')}</Text>
      <Select label={t('assets.method')} data={depreciationMethod.options.map((value) => ({ value, label: t(`assets.method.${value}`) }))} {...getInputProps('method')} />
      <TextInput label={t('assets.lifeMonths')} inputMode="numeric" {...getInputProps('lifeMonths')} />
      {values.method === 'written-down' ? <TextInput label={t('assets.rate')} description={t('assets.rateHint')} inputMode="decimal" {...getInputProps('ratePercent')} /> : null}
      <TextInput label={t('assets.residual')} inputMode="decimal" {...getInputProps('residualPercent')} />
      <TextInput type="date" label={t('assets.inUseOn')} {...getInputProps('inUseOn')} />
      <Textarea label={t('common.reason')} withAsterisk autosize minRows={2} maxLength={300} {...getInputProps('reason')} />
    </Form>
  )
}
