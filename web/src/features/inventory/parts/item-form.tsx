import { useState } from 'react'
import { Button, Group, Select, SimpleGrid, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { importance, itemKind, storage } from '#contract/inventory.ts'
import { medications } from '#contract/medications.ts'
import { client } from '../../../kernel/api.ts'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { useGo } from '../../../kernel/routing.tsx'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { api, type Item } from '../queries.ts'
import { ItemCodes, ItemPacks } from './item-units.tsx'

interface Values extends Record<string, unknown> {
  sku: string
  name: string
  kind: string
  baseUnit: string
  packs: { unit: string; factor: string }[]
  barcodes: { code: string; unit: string }[]
  taxCode: string
  taxRatePercent: string
  manufacturer: string
  medicationId: string
  reorderLevel: string
  maximumLevel: string
  leadTimeDays: string
  storage: string
  importance: string
  controlledClass: string
  isDivisible: boolean
  isReturnable: boolean
  isTaxIncluded: boolean
  isActive: boolean
}

const medicines = client(medications)

function MedicineLink({ value, onChange }: { value: string; onChange: (id: string) => void }) {
  const t = useText()
  const [search, setSearch] = useState('')
  const { data } = useQuery({ queryKey: ['medications', 'search', search], queryFn: ({ signal }) => medicines.listMedications({ query: { limit: 20, ...(search.trim() === '' ? {} : { search }) }, signal }), staleTime: 60_000 })
  return <Select label={t('inventory.item.medicine')} description={t('inventory.item.medicineHint')} searchable clearable data={(data?.items ?? []).map((one) => ({ value: one.id, label: one.name }))} value={value} onSearchChange={setSearch} onChange={(id) => onChange(id ?? '')} />
}

const optional = (value: string): string | null => (value.trim() === '' ? null : value.trim())

function bodyOf(values: Values) {
  return {
    name: values.name, kind: itemKind.parse(values.kind), medicationId: optional(values.medicationId), manufacturer: values.manufacturer, taxCode: values.taxCode, ...(values.taxRatePercent === '' ? {} : { taxRatePercent: values.taxRatePercent }), isDivisible: values.isDivisible, isReturnable: values.isReturnable, isTaxIncluded: values.isTaxIncluded, isActive: values.isActive, storage: storage.parse(values.storage), importance: importance.parse(values.importance), controlledClass: values.controlledClass,
    reorderLevel: optional(values.reorderLevel), maximumLevel: optional(values.maximumLevel), leadTimeDays: Number(values.leadTimeDays) || 0, packs: values.packs, barcodes: values.barcodes.map(({ code, unit }) => ({ code: code.trim(), ...(unit === '' ? {} : { unit }) })),
  }
}

/** An item with its units, codes, tax and levels. */
export function ItemForm({ before, onClose }: { before?: Item; onClose: () => void }) {
  const t = useText()
  const go = useGo()
  const form = useAppForm<Values, Item>({
    initialValues: {
      sku: before?.sku ?? '', name: before?.name ?? '', kind: before?.kind ?? 'medicine', baseUnit: before?.baseUnit ?? 'tablet', packs: before?.packs.map(({ unit, factor }) => ({ unit, factor })) ?? [], barcodes: before?.barcodes.map(({ code, unit }) => ({ code, unit })) ?? [], taxCode: before?.taxCode ?? '', taxRatePercent: before?.taxRatePercent ?? '5', manufacturer: before?.manufacturer ?? '', medicationId: before?.medicationId ?? '',
      reorderLevel: before?.reorderLevel ?? '', maximumLevel: before?.maximumLevel ?? '', leadTimeDays: String(before?.leadTimeDays ?? 7), storage: before?.storage ?? 'room', importance: before?.importance ?? '', controlledClass: before?.controlledClass ?? '', isDivisible: before?.isDivisible ?? false, isReturnable: before?.isReturnable ?? true, isTaxIncluded: before?.isTaxIncluded ?? true, isActive: before?.isActive ?? true,
    },
    submit: (values) => (before === undefined ? api.createItem({ body: { sku: values.sku, baseUnit: values.baseUnit, ...bodyOf(values) } }) : api.updateItem({ params: { id: before.id }, ifMatch: before.version, body: bodyOf(values) })),
    done: (item) => {
      void queryClient.invalidateQueries({ queryKey: ['inventory'] })
      onClose()
      if (before === undefined) go(`/stock/items/${item.id}`)
    },
  })
  const { getInputProps, values, setFieldValue } = form.fields
  return (
    <Form form={form} submitLabel={t('common.save')} cancel={onClose} labels={{ sku: t('inventory.sku'), name: t('common.name') }}>
      <TextInput data-autofocus label={t('inventory.sku')} withAsterisk disabled={before !== undefined} maxLength={40} autoComplete="off" {...getInputProps('sku')} />
      <TextInput label={t('common.name')} withAsterisk maxLength={200} autoComplete="off" {...getInputProps('name')} />
      <SimpleGrid cols={2}>
        <Select label={t('inventory.kind')} allowDeselect={false} data={itemKind.options.map((value) => ({ value, label: t(`inventory.kind.${value}`) }))} {...getInputProps('kind')} />
        <TextInput label={t('inventory.baseUnit')} withAsterisk disabled={before !== undefined} maxLength={40} {...getInputProps('baseUnit')} />
        <TextInput label={t('inventory.manufacturer')} maxLength={120} {...getInputProps('manufacturer')} />
        <TextInput label={t('inventory.taxCode')} maxLength={20} {...getInputProps('taxCode')} />
        <TextInput label={t('inventory.taxRate')} inputMode="decimal" {...getInputProps('taxRatePercent')} />
        <TextInput label={t('inventory.reorderLevel')} inputMode="decimal" {...getInputProps('reorderLevel')} />
        <TextInput label={t('inventory.maximumLevel')} inputMode="decimal" {...getInputProps('maximumLevel')} />
        <TextInput label={t('inventory.leadTime')} inputMode="numeric" {...getInputProps('leadTimeDays')} />
        <Select label={t('inventory.storage')} allowDeselect={false} data={storage.options.map((value) => ({ value, label: t(`inventory.storage.${value}`) }))} {...getInputProps('storage')} />
        <Select label={t('inventory.importance')} allowDeselect={false} data={importance.options.map((value) => ({ value, label: value === '' ? '–' : t(`inventory.importance.${value}`) }))} {...getInputProps('importance')} />
        <TextInput label={t('inventory.controlled')} maxLength={40} {...getInputProps('controlledClass')} />
      </SimpleGrid>
      <ItemPacks values={values.packs} onChange={(packs) => setFieldValue('packs', packs)} getInputProps={getInputProps} />
      <ItemCodes values={values.barcodes} units={[values.baseUnit, ...values.packs.map((pack) => pack.unit)]} onChange={(codes) => setFieldValue('barcodes', codes)} getInputProps={getInputProps} />
      <MedicineLink value={values.medicationId} onChange={(id) => setFieldValue('medicationId', id)} />
      <Switch label={t('inventory.divisible')} checked={values.isDivisible} onChange={(event) => setFieldValue('isDivisible', event.currentTarget.checked)} />
      <Switch label={t('inventory.returnable')} checked={values.isReturnable} onChange={(event) => setFieldValue('isReturnable', event.currentTarget.checked)} />
      <Switch label={t('inventory.taxIncluded')} checked={values.isTaxIncluded} onChange={(event) => setFieldValue('isTaxIncluded', event.currentTarget.checked)} />
      {before === undefined ? null : <Switch label={t('inventory.active')} checked={values.isActive} onChange={(event) => setFieldValue('isActive', event.currentTarget.checked)} />}
    </Form>
  )
}

/** A fact of an item beside its label. */
export function Fact({ label, value }: { label: string; value: string }) {
  return value === '' ? null : <Stack gap={0}><Text size="xs" c="dimmed">{label}</Text><Text size="sm"><bdi>{value}</bdi></Text></Stack>
}

/** Buttons at the end of a part. */
export function End({ onGo, label, isPending, isDisabled = false }: { onGo: () => void; label: string; isPending: boolean; isDisabled?: boolean }) {
  return <Group justify="end"><Button loading={isPending} disabled={isDisabled} onClick={onGo}>{label}</Button></Group>
}
