import { useState } from 'react'
import { Button, Group, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { medicineSystem } from '#contract/encounters.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { MoneyInput } from '../../../ui/money.tsx'
import { ItemSearch, StoreSelect, useStores, usualStore, Way, type Item } from '../../inventory/public.tsx'
import { api, formulasQuery, touched } from '../queries.ts'

/** Writes a formula: what is made, from what, how much, how long it keeps. */
export function FormulaForm({ onClose }: { onClose: () => void }) {
  const t = useText()
  const [made, setMade] = useState<Item>()
  const [system, setSystem] = useState('ayurveda')
  const [yields, setYields] = useState('')
  const [days, setDays] = useState('365')
  const [method, setMethod] = useState('')
  const [lines, setLines] = useState<{ item: Item; quantity: string }[]>([])
  const write = useWrite(() => api.writeFormula({ body: { itemId: made?.id ?? '', system: medicineSystem.parse(system), name: made?.name ?? '', yieldQuantity: yields, shelfLifeDays: Number(days), method, lines: lines.map((line) => ({ itemId: line.item.id, quantity: line.quantity })) } }), { invalidate: touched, done: t('common.saved'), onDone: onClose })
  const errors = problemToFields(t, write.error)
  return (
    <Stack>
      {made === undefined ? <ItemSearch isFocused label={t('pharmacy.formula.makes')} onTake={({ item }) => setMade(item)} /> : <Group><Text fw={600}><bdi>{made.name}</bdi></Text><Button size="compact-xs" variant="subtle" onClick={() => setMade(undefined)}>{t('common.edit')}</Button></Group>}
      <SimpleGrid cols={{ base: 1, xs: 3 }}>
        <Select label={t('encounters.system')} allowDeselect={false} data={medicineSystem.options.map((value) => ({ value, label: t(`encounters.system.${value}`) }))} value={system} onChange={(value) => setSystem(value ?? 'ayurveda')} />
        <TextInput label={t('pharmacy.formula.yield', { unit: made?.baseUnit ?? '' })} inputMode="decimal" value={yields} error={errors['yieldQuantity'] ?? errors['yield.quantity']} onChange={(event) => setYields(event.currentTarget.value.trim())} />
        <TextInput label={t('pharmacy.formula.keeps')} inputMode="numeric" value={days} error={errors['shelfLifeDays']} onChange={(event) => setDays(event.currentTarget.value.trim())} />
      </SimpleGrid>
      <ItemSearch label={t('pharmacy.formula.ingredient')} onTake={({ item }) => setLines([...lines, { item, quantity: '' }])} />
      {lines.map((line, index) => (
        <Group key={`${line.item.id}${index}`} align="end">
          <Text size="sm" style={{ flex: 1 }}><bdi>{line.item.name}</bdi></Text>
          <TextInput w={120} inputMode="decimal" aria-label={`${t('common.quantity')}: ${line.item.name}`} rightSection={<Text size="xs" c="dimmed">{line.item.baseUnit}</Text>} rightSectionWidth={48} value={line.quantity} error={errors[`lines.${index}.quantity`] ?? errors[`lines.${index}.itemId`]} onChange={(event) => setLines(lines.map((one, at) => (at === index ? { ...one, quantity: event.currentTarget.value.trim() } : one)))} />
        </Group>
      ))}
      <Textarea label={t('pharmacy.formula.method')} autosize minRows={2} maxLength={4000} value={method} onChange={(event) => setMethod(event.currentTarget.value)} />
      <Group justify="end"><Button variant="default" onClick={onClose}>{t('common.cancel')}</Button><Button loading={write.isPending} disabled={made === undefined || lines.length === 0 || yields === '' || lines.some((line) => line.quantity === '')} onClick={() => write.mutate(undefined)}>{t('common.save')}</Button></Group>
    </Stack>
  )
}

/** Makes a batch by a formula: its ingredients leave the store, it enters it. */
export function PrepareForm({ onClose }: { onClose: () => void }) {
  const t = useText()
  const { facility } = useAuth()
  const stores = useStores()
  const { data } = useQuery(formulasQuery())
  const [formulaId, setFormula] = useState('')
  const [chosen, setStore] = useState('')
  const [batch, setBatch] = useState('')
  const [yielded, setYielded] = useState('')
  const [mrp, setMrp] = useState('')
  const [steps, setSteps] = useState('')
  const formula = data?.items.find((one) => one.id === formulaId)
  const storeId = chosen === '' ? usualStore(stores, 'pharmacy') : chosen
  const currency = facility?.currency ?? 'INR'
  const potencies = steps.split(/[\s,→>]+/).filter(Boolean).map((potency) => ({ potency, parts: /x$/i.test(potency) ? 10 : 100, succussions: 10 }))
  const make = useWrite(() => api.prepare({ body: { formulaId, storeId, batch, steps: potencies, ...(yielded === '' ? {} : { yielded }), ...(mrp === '' ? {} : { mrp: { amount: mrp, currency } }) } }), { invalidate: touched, done: t('pharmacy.prepare.done'), onDone: onClose })
  const errors = problemToFields(t, make.error)
  return (
    <Stack>
      <Select label={t('pharmacy.formula')} withAsterisk searchable data={(data?.items ?? []).filter((one) => one.isCurrent).map((one) => ({ value: one.id, label: `${one.name} · ${t('pharmacy.formula.version')} ${one.formulaVersion}` }))} value={formulaId} onChange={(id) => setFormula(id ?? '')} />
      {formula === undefined ? null : <Text size="sm" c="dimmed"><Way from={formula.lines.map((line) => `${line.itemName} ${line.quantity} ${line.unit}`).join(' + ')} to={`${formula.yieldQuantity} ${formula.unit}`} /></Text>}
      <StoreSelect label={t('inventory.store')} value={storeId} onChange={setStore} />
      <SimpleGrid cols={{ base: 1, xs: 3 }}>
        <TextInput label={t('inventory.batch')} withAsterisk maxLength={60} value={batch} error={errors['batch']} onChange={(event) => setBatch(event.currentTarget.value)} />
        <TextInput label={t('pharmacy.yield')} placeholder={formula?.yieldQuantity ?? ''} inputMode="decimal" value={yielded} error={errors['yielded.quantity']} onChange={(event) => setYielded(event.currentTarget.value.trim())} />
        <MoneyInput label={t('inventory.mrp')} currency={currency} value={mrp} onChange={setMrp} />
      </SimpleGrid>
      {formula?.system === 'homeopathy' ? <TextInput label={t('pharmacy.prepare.potencies')} placeholder="1C 2C 3C" value={steps} onChange={(event) => setSteps(event.currentTarget.value)} /> : null}
      <Group justify="end"><Button variant="default" onClick={onClose}>{t('common.cancel')}</Button><Button loading={make.isPending} disabled={formulaId === '' || batch.trim() === '' || storeId === ''} onClick={() => make.mutate(undefined)}>{t('pharmacy.prepare')}</Button></Group>
    </Stack>
  )
}
