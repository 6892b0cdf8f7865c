import { useState } from 'react'
import { Button, Drawer, Select, SimpleGrid, Text, Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { criticality } from '#contract/assets-shapes.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useGo } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Money } from '../../../ui/money.tsx'
import { Page } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { renewed } from '../parts/done.ts'
import { PlaceFields } from '../parts/place-fields.tsx'
import { api, categoriesQuery } from '../queries.ts'

type Line = Awaited<ReturnType<typeof api.listEquipment>>['items'][number]

/** A received line becomes assets, one a piece. */
function CapitaliseForm({ line, onClose }: { line: Line; onClose: () => void }) {
  const t = useText()
  const go = useGo()
  const { data } = useQuery(categoriesQuery())
  const form = useAppForm({
    initialValues: { categoryId: '', name: line.itemName, model: '', serials: '', criticality: 'medium', departmentId: '', location: '', custodianId: '', inUseOn: '', warrantyUntil: '' },
    submit: (values) => {
      const serialNumbers = values.serials.split('\n').map((one) => one.trim()).filter(Boolean)
      return api.capitalise({ body: { goodsReceiptLineId: line.goodsReceiptLineId, categoryId: values.categoryId, name: values.name, model: values.model, criticality: criticality.parse(values.criticality), location: values.location, departmentId: values.departmentId || null, custodianId: values.custodianId || null, ...(serialNumbers.length === 0 ? {} : { serialNumbers }), ...(values.inUseOn === '' ? {} : { inUseOn: values.inUseOn }), ...(values.warrantyUntil === '' ? {} : { warrantyUntil: values.warrantyUntil }) } })
    },
    done: ({ items }) => {
      renewed()
      onClose()
      const [only, second] = items
      go(only !== undefined && second === undefined ? `/equipment/${only.id}` : '/equipment')
    },
  })
  const { getInputProps, values, setFieldValue, errors } = form.fields
  return (
    <Form form={form} submitLabel={t('assets.capitalise')} cancel={onClose}>
      <Text size="sm" c="dimmed">{t('assets.capitalise.hint', { count: Number(line.quantity) })}</Text>
      <Select label={t('assets.category')} withAsterisk searchable data={(data?.items ?? []).map((one) => ({ value: one.id, label: one.name }))} {...getInputProps('categoryId')} />
      <TextInput label={t('common.name')} withAsterisk maxLength={200} {...getInputProps('name')} />
      <Textarea label={t('assets.serials')} description={t('assets.serialsHint')} autosize minRows={Math.min(6, Number(line.quantity))} maxLength={8000} {...getInputProps('serials')} error={errors['serialNumbers']} />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput label={t('assets.model')} maxLength={120} {...getInputProps('model')} />
        <Select label={t('assets.criticality')} data={criticality.options.map((value) => ({ value, label: t(`assets.criticality.${value}`) }))} {...getInputProps('criticality')} />
        <TextInput type="date" label={t('assets.inUseOn')} description={t('assets.inUseHint')} {...getInputProps('inUseOn')} />
        <TextInput type="date" label={t('assets.warrantyUntil')} {...getInputProps('warrantyUntil')} />
        <PlaceFields departmentId={values.departmentId} location={values.location} custodianId={values.custodianId} set={setFieldValue} />
      </SimpleGrid>
    </Form>
  )
}

/** Equipment that was received: what is not in the register yet is put there in one step. */
export function ReceivedPage() {
  const t = useText()
  const format = useFormat()
  const go = useGo()
  const { facilityId, can } = useAuth()
  const [open, setOpen] = useState<Line>()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listEquipment({ query: { facilityId, cursor, limit }, signal })
  return (
    <Page title={t('assets.received')} crumbs={[{ label: t('assets.title'), path: '/equipment' }]} actions={can('assets.write') ? <Button variant="subtle" onClick={() => go('/equipment/import')}>{t('assets.import')}</Button> : null}>
      <DataTable
        name="equipment" queryKey={['assets', 'received', facilityId]} load={load} rowId={(row) => row.goodsReceiptLineId} empty={{ title: t('assets.received.none'), hint: t('assets.received.hint') }}
        columns={[
          { key: 'item', label: t('assets.asset'), render: (row) => <bdi>{row.itemName}</bdi>, csv: (row) => row.itemName }, { key: 'state', label: t('common.state'), render: (row) => <StateBadge tone={row.isCapitalised ? 'good' : 'warn'} label={t(row.isCapitalised ? 'assets.inRegister' : 'assets.notInRegister')} />, csv: (row) => String(row.isCapitalised) }, { key: 'on', label: t('common.date'), render: (row) => format.day(row.receivedOn), csv: (row) => row.receivedOn }, { key: 'receipt', label: t('assets.receipt'), render: (row) => <bdi style={{ whiteSpace: 'nowrap' }}>{row.receiptNumber}</bdi>, csv: (row) => row.receiptNumber },
          { key: 'vendor', label: t('assets.vendor'), render: (row) => <bdi>{row.vendorName}</bdi>, csv: (row) => row.vendorName }, { key: 'quantity', label: t('common.quantity'), align: 'end', render: (row) => row.quantity, csv: (row) => row.quantity }, { key: 'cost', label: t('assets.cost'), align: 'end', render: (row) => <Money value={row.cost} />, csv: (row) => row.cost.amount }, { key: 'tax', label: t('assets.tax'), align: 'end', render: (row) => <Money value={row.tax} />, csv: (row) => row.tax.amount },
        ]}
        {...(can('assets.write') ? { rowMenu: (row: Line) => (row.isCapitalised ? null : <Button size="xs" variant="default" aria-label={`${t('assets.capitalise')}: ${row.itemName}`} onClick={() => setOpen(row)}>{t('assets.capitalise')}</Button>) } : {})}
      />
      <Drawer opened={open !== undefined} onClose={() => setOpen(undefined)} position="right" title={<bdi>{open?.itemName ?? ''}</bdi>}>{open === undefined ? null : <CapitaliseForm line={open} onClose={() => setOpen(undefined)} />}</Drawer>
    </Page>
  )
}
