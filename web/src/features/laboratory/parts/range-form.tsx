import { ActionIcon, Button, Group, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { api } from '../queries.ts'
import { TestFields } from './test-fields.tsx'
import { bodyOf, type Line, type TestValues, valuesOf, type Whole } from './test-values.ts'

const openEnd = 60_000
const empty: Line = { sex: '', ageFromDays: 0, ageToDays: openEnd, weekFrom: '', weekTo: '', method: '', low: '', high: '', criticalLow: '', criticalHigh: '', text: '', source: '' }
const lineOf = (range: Whole['ranges'][number]): Line => ({ sex: range.sex ?? '', ageFromDays: range.ageFromDays, ageToDays: range.ageToDays, weekFrom: range.weekFrom ?? '', weekTo: range.weekTo ?? '', method: range.method, low: range.low ?? '', high: range.high ?? '', criticalLow: range.criticalLow ?? '', criticalHigh: range.criticalHigh ?? '', text: range.text, source: range.source })

function rangeOf(line: Line) {
  const { sex, weekFrom, weekTo, low, high, criticalLow, criticalHigh, ...rest } = line
  return { ...rest, ...(sex === '' ? {} : { sex }), ...(weekTo === '' ? {} : { weekFrom: weekFrom === '' ? 0 : weekFrom, weekTo }), ...(low === '' ? {} : { low }), ...(high === '' ? {} : { high }), ...(criticalLow === '' ? {} : { criticalLow }), ...(criticalHigh === '' ? {} : { criticalHigh }) }
}

const among = (line: Line, other: Line): boolean => line.sex === other.sex && line.method === other.method && line.ageFromDays < other.ageToDays && other.ageFromDays < line.ageToDays
/** Two lines that hold for the same people, before the server says so; the first such pair. */
export function overlap(lines: readonly Line[]): [number, number] | undefined {
  const weeks = (line: Line): [number, number] | undefined => (line.weekTo === '' ? undefined : [line.weekFrom === '' ? 0 : line.weekFrom, line.weekTo])
  for (const [i, line] of lines.entries()) {
    for (const [j, other] of lines.entries()) {
      const [own, theirs] = [weeks(line), weeks(other)]
      const isSamePregnancy = own === undefined ? theirs === undefined : theirs !== undefined && own[0] < theirs[1] && theirs[0] < own[1]
      if (j > i && isSamePregnancy && among(line, other)) return [i, j]
    }
  }
  return undefined
}

/** All of a test that can be changed; ranges for the same people are shown before they are refused. */
export function TestForm({ test, onDone }: { test: Whole; onDone: () => void }) {
  const t = useText()
  const form = useAppForm<TestValues, unknown>({
    initialValues: { ...valuesOf(test), ranges: test.ranges.map(lineOf) },
    submit: (values) => api.updateTest({ params: { id: test.id }, ifMatch: test.version, body: { ...bodyOf(test, values), ranges: values.ranges.map(rangeOf) } }),
    done: () => {
      void queryClient.invalidateQueries({ queryKey: ['laboratory'] })
      onDone()
    },
  })
  const clash = overlap(form.fields.values.ranges)
  const bound = (index: number, name: keyof Line, label: string) => <TextInput w={96} label={label} inputMode="decimal" maxLength={16} {...form.fields.getInputProps(`ranges.${index}.${name}`)} />
  const whole = (index: number, name: keyof Line, label: string) => <NumberInput w={110} label={label} min={0} max={openEnd} allowDecimal={false} hideControls {...form.fields.getInputProps(`ranges.${index}.${name}`)} />
  return (
    <Form form={form} submitLabel={t('common.save')} cancel={onDone}>
      <Group align="end">
        <TextInput flex={1} miw={220} label={t('common.name')} withAsterisk maxLength={160} {...form.fields.getInputProps('name')} />
        <NumberInput w={160} label={t('laboratory.range.turnaround')} min={1} max={100_000} allowDecimal={false} {...form.fields.getInputProps('turnaroundMinutes')} />
      </Group>
      <Group align="end">
        <TextInput flex={1} miw={220} lang="hi" label={t('laboratory.tests.nameHi')} description={t('laboratory.tests.nameHint')} maxLength={160} {...form.fields.getInputProps('nameHi')} />
        <TextInput flex={1} miw={220} lang="ar" dir="rtl" label={t('laboratory.tests.nameAr')} maxLength={160} {...form.fields.getInputProps('nameAr')} />
      </Group>
      <TestFields test={test} form={form} />
      {form.fields.values.ranges.map((_line, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a range has no name of its own
        <Stack key={index} gap="xs" p="sm" role="group" aria-label={t('laboratory.range.nth', { number: index + 1 })} style={{ border: `1px solid ${clash?.includes(index) === true ? 'var(--mantine-color-red-6)' : 'var(--line)'}`, borderRadius: 6 }}>
          <Group align="end" gap="xs">
            <Select w={120} label={t('patients.field.sex')} allowDeselect={false} data={[{ value: '', label: t('laboratory.range.everybody') }, { value: 'female', label: t('patients.sex.female') }, { value: 'male', label: t('patients.sex.male') }]} {...form.fields.getInputProps(`ranges.${index}.sex`)} />
            {whole(index, 'ageFromDays', t('laboratory.range.fromDays'))}
            {whole(index, 'ageToDays', t('laboratory.range.toDays'))}
            {whole(index, 'weekFrom', t('laboratory.range.fromWeek'))}
            {whole(index, 'weekTo', t('laboratory.range.toWeek'))}
            <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('laboratory.range.remove', { number: index + 1 })} onClick={() => form.fields.removeListItem('ranges', index)}><IconTrash size={18} /></ActionIcon>
          </Group>
          <Group align="end" gap="xs">
            {bound(index, 'low', t('laboratory.range.low'))}
            {bound(index, 'high', t('laboratory.range.high'))}
            {bound(index, 'criticalLow', t('laboratory.range.criticalLow'))}
            {bound(index, 'criticalHigh', t('laboratory.range.criticalHigh'))}
            <TextInput w={140} label={t('laboratory.method')} maxLength={60} {...form.fields.getInputProps(`ranges.${index}.method`)} />
            <TextInput w={180} label={t('laboratory.range.text')} maxLength={120} {...form.fields.getInputProps(`ranges.${index}.text`)} />
            <TextInput flex={1} miw={180} label={t('laboratory.range.source')} maxLength={300} {...form.fields.getInputProps(`ranges.${index}.source`)} />
          </Group>
        </Stack>
      ))}
      {clash === undefined ? null : <Text size="sm" c="var(--mantine-color-error)" role="alert">{t('laboratory.range.overlap', { first: clash[0] + 1, second: clash[1] + 1 })}</Text>}
      <Group><Button size="xs" variant="default" onClick={() => form.fields.insertListItem('ranges', empty)}>{t('laboratory.range.add')}</Button></Group>
    </Form>
  )
}
