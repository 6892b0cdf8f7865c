import { Alert, Select, Text, TextInput, Textarea } from '@mantine/core'
import { disposalKind } from '#contract/assets-shapes.ts'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Money, MoneyInput } from '../../../ui/money.tsx'
import { api, type Asset } from '../queries.ts'
import { renewed } from './done.ts'

/** How an asset goes: for good. */
export function DisposeForm({ asset, onClose }: { asset: Asset; onClose: () => void }) {
  const t = useText()
  const format = useFormat()
  const form = useAppForm({
    initialValues: { kind: 'sale', on: format.today(), proceeds: '', takenBy: '', reason: '' },
    submit: (values) => api.dispose({ params: { id: asset.id }, ifMatch: asset.version, body: { kind: disposalKind.parse(values.kind), on: values.on, takenBy: values.takenBy, reason: values.reason, ...(values.proceeds === '' ? {} : { proceeds: { amount: values.proceeds, currency: asset.net.currency } }) } }),
    done: () => { renewed(); onClose() },
  })
  const { getInputProps, values, setFieldValue } = form.fields
  return (
    <Form form={form} submitLabel={t('assets.do.dispose')} cancel={onClose}>
      <Alert color="yellow" variant="outline">{t('assets.dispose.warning')} <Text span size="sm">{t('assets.net')}: <Money value={asset.net} /></Text></Alert>
      <Select data-autofocus label={t('assets.dispose.kind')} data={disposalKind.options.map((value) => ({ value, label: t(`assets.disposal.${value}`) }))} {...getInputProps('kind')} />
      <TextInput type="date" label={t('common.date')} withAsterisk {...getInputProps('on')} />
      <MoneyInput label={t('assets.dispose.proceeds')} currency={asset.net.currency} value={values.proceeds} onChange={(amount) => setFieldValue('proceeds', amount)} />
      <TextInput label={t('assets.dispose.takenBy')} maxLength={200} {...getInputProps('takenBy')} />
      <Textarea label={t('common.reason')} withAsterisk autosize minRows={2} maxLength={300} {...getInputProps('reason')} />
    </Form>
  )
}
