import { Checkbox, Select, SimpleGrid, TextInput, Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { workKind, workResult } from '#contract/assets-care.ts'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { MoneyInput } from '../../../ui/money.tsx'
import { VendorSelect } from '../../inventory/public.tsx'
import { api, type Asset, type Plan } from '../queries.ts'
import { renewed } from './done.ts'

interface Values extends Record<string, unknown> {
  planId: string
  kind: string
  result: string
  doneOn: string
  doneBy: string
  vendorId: string
  findings: string
  parts: string
  partsCost: string
  labourCost: string
  certificateNumber: string
  validUntil: string
  counterReading: string
  isBackInUse: boolean
}

const isJudged = (kind: string): boolean => kind === 'calibration' || kind === 'inspection'
const given = (values: Values, names: readonly ('planId' | 'doneBy' | 'vendorId' | 'findings' | 'parts' | 'certificateNumber' | 'validUntil' | 'counterReading')[]): Record<string, string> => Object.fromEntries(names.flatMap((name) => (values[name] === '' ? [] : [[name, values[name]]])))

function bodyOf(values: Values, currency: string) {
  const amount = (name: 'partsCost' | 'labourCost') => (values[name] === '' ? {} : { [name]: { amount: values[name], currency } })
  return { kind: workKind.parse(values.kind), doneOn: values.doneOn, isBackInUse: values.isBackInUse, ...(isJudged(values.kind) ? { result: workResult.parse(values.result) } : {}), ...given(values, ['planId', 'doneBy', 'vendorId', 'findings', 'parts', 'certificateNumber', 'validUntil', 'counterReading']), ...amount('partsCost'), ...amount('labourCost') }
}

/** Work that was done: with its plan it says when it is due next. */
export function WorkForm({ asset, plan, onClose }: { asset: Asset; plan?: Plan; onClose: () => void }) {
  const t = useText()
  const format = useFormat()
  const { data } = useQuery({ queryKey: ['assets', 'plans', asset.id], queryFn: ({ signal }) => api.listPlans({ params: { id: asset.id }, signal }) })
  const form = useAppForm<Values, unknown>({
    initialValues: { planId: plan?.id ?? '', kind: plan?.kind ?? 'repair', result: 'pass', doneOn: format.today(), doneBy: '', vendorId: '', findings: '', parts: '', partsCost: '', labourCost: '', certificateNumber: '', validUntil: '', counterReading: '', isBackInUse: asset.state === 'out-of-order' || asset.state === 'under-maintenance' },
    submit: (values) => api.recordWork({ params: { id: asset.id }, body: bodyOf(values, asset.cost.currency) }),
    done: () => { renewed(); onClose() },
  })
  const { getInputProps, values, setFieldValue } = form.fields
  const fitting = (data?.items ?? []).filter((one) => one.isActive && one.kind === values.kind)
  const currency = asset.cost.currency
  return (
    <Form form={form} submitLabel={t('common.save')} cancel={onClose}>
      <Select label={t('assets.work.kind')} data={workKind.options.map((value) => ({ value, label: t(`assets.work.${value}`) }))} {...getInputProps('kind')} />
      {fitting.length === 0 ? null : <Select label={t('assets.plan')} data={[{ value: '', label: t('assets.noPlan') }, ...fitting.map((one) => ({ value: one.id, label: one.name }))]} {...getInputProps('planId')} />}
      {isJudged(values.kind) ? <Select label={t('assets.result')} data={(['pass', 'fail'] as const).map((value) => ({ value, label: t(`assets.result.${value}`) }))} {...getInputProps('result')} /> : null}
      <TextInput type="date" label={t('assets.doneOn')} withAsterisk {...getInputProps('doneOn')} />
      <TextInput label={t('assets.doneBy')} maxLength={120} {...getInputProps('doneBy')} />
      <VendorSelect isOptional label={t('assets.vendor')} value={values.vendorId} onChange={(id) => setFieldValue('vendorId', id)} />
      <Textarea label={t('assets.findings')} autosize minRows={2} maxLength={1000} {...getInputProps('findings')} />
      <TextInput label={t('assets.parts')} maxLength={500} {...getInputProps('parts')} />
      <SimpleGrid cols={2}>
        <MoneyInput label={t('assets.partsCost')} currency={currency} value={values.partsCost} onChange={(amount) => setFieldValue('partsCost', amount)} />
        <MoneyInput label={t('assets.labourCost')} currency={currency} value={values.labourCost} onChange={(amount) => setFieldValue('labourCost', amount)} />
        {isJudged(values.kind) ? <TextInput label={t('assets.certificate')} maxLength={80} {...getInputProps('certificateNumber')} /> : null}
        {isJudged(values.kind) ? <TextInput type="date" label={t('assets.validUntil')} {...getInputProps('validUntil')} /> : null}
        {asset.counterUnit === '' ? null : <TextInput label={`${t('assets.counter')} (${asset.counterUnit})`} inputMode="decimal" placeholder={asset.counterReading} {...getInputProps('counterReading')} />}
      </SimpleGrid>
      {values.result === 'fail' && isJudged(values.kind) ? null : <Checkbox label={t('assets.backInUse')} checked={values.isBackInUse} onChange={(event) => setFieldValue('isBackInUse', event.currentTarget.checked)} />}
    </Form>
  )
}
