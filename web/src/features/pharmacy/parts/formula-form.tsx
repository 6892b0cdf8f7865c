import { useState } from 'react'
import { Button, Group, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { medicineSystem } from '#contract/encounters.ts'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { ItemSearch, type Item } from '../../inventory/public.tsx'
import { api, touched } from '../queries.ts'

/** Writes a formula: what is made, from what, how much, how long it keeps. */
export function FormulaForm({ onClose }: { onClose: () => void }) {
  const t = useText()
  const [made, setMade] = useState<Item>()
  const [system, setSystem] = useState('ayurveda')
  const [yields, setYields] = useState('')
  const [days, setDays] = useState('365')
  const [potency, setPotency] = useState('')
  const [method, setMethod] = useState('')
  const [lines, setLines] = useState<{ item: Item; quantity: string }[]>([])
  const write = useWrite(() => api.writeFormula({ body: { itemId: made?.id ?? '', system: medicineSystem.parse(system), name: made?.name ?? '', yieldQuantity: yields, shelfLifeDays: Number(days), method, ...(system === 'homeopathy' && potency.trim() !== '' ? { potency: potency.trim() } : {}), lines: lines.map((line) => ({ itemId: line.item.id, quantity: line.quantity })) } }), { invalidate: touched, done: t('common.saved'), onDone: onClose })
  const errors = problemToFields(t, write.error)
  return (
    <Stack>
      {made === undefined ? <ItemSearch isFocused label={t('pharmacy.formula.makes')} onTake={({ item }) => setMade(item)} /> : <Group><Text fw={600}><bdi>{made.name}</bdi></Text><Button size="compact-xs" variant="subtle" onClick={() => setMade(undefined)}>{t('common.edit')}</Button></Group>}
      <SimpleGrid cols={{ base: 1, xs: 3 }}>
        <Select label={t('encounters.system')} allowDeselect={false} data={medicineSystem.options.map((value) => ({ value, label: t(`encounters.system.${value}`) }))} value={system} onChange={(value) => setSystem(value ?? 'ayurveda')} />
        <TextInput label={t('pharmacy.formula.yield', { unit: made?.baseUnit ?? '' })} inputMode="decimal" value={yields} error={errors['yieldQuantity'] ?? errors['yield.quantity']} onChange={(event) => setYields(event.currentTarget.value.trim())} />
        <TextInput label={t('pharmacy.formula.keeps')} inputMode="numeric" value={days} error={errors['shelfLifeDays']} onChange={(event) => setDays(event.currentTarget.value.trim())} />
        {system === 'homeopathy' ? <TextInput label={t('pharmacy.formula.potency')} placeholder="30C" maxLength={30} value={potency} onChange={(event) => setPotency(event.currentTarget.value)} /> : null}
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
