import { ActionIcon, Alert, Button, Checkbox, Fieldset, Group, NumberInput, Select, SimpleGrid, TagsInput, Text, TextInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { unitText } from '#contract/common/units.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import type { AppForm } from '../../../ui/form.tsx'
import { SearchBox } from '../../../ui/search-box.tsx'
import { type BilledService, servicesQuery } from '../queries.ts'
import type { TestValues, Whole } from './test-values.ts'

interface FieldsProps {
  test: Whole
  form: AppForm<TestValues>
}

/** What a test is charged by: found in the catalogue of services, or none. */
function Price({ form }: Pick<FieldsProps, 'form'>) {
  const t = useText()
  const { can, facilityId } = useAuth()
  const { service } = form.fields.values
  const take = (next: TestValues['service']) => form.fields.setValues((before) => ({ ...before, service: next }))
  return (
    <Fieldset legend={t('laboratory.tests.price')}>
      {service === null ? <Text size="sm" c="dimmed">{t('laboratory.tests.noPrice')}</Text> : <Group><Text size="sm"><b>{service.name}</b> <bdi>{service.code}</bdi></Text><Button size="compact-sm" variant="default" onClick={() => take(null)}>{t('laboratory.tests.priceRemove')}</Button></Group>}
      {can('billing.read') ? <SearchBox label={t('laboratory.tests.priceSearch')} placeholder={t('laboratory.tests.priceSearch')} none={t('laboratory.tests.priceNone')} query={(search) => servicesQuery(search, facilityId)} onTake={({ id, code, name, isActive }: BilledService) => take({ id, code, name, isActive })} render={(one: BilledService) => <Text size="sm"><b>{one.name}</b> <Text span size="xs" c="dimmed">{one.code}</Text></Text>} /> : null}
    </Fieldset>
  )
}

function Choices({ form }: Pick<FieldsProps, 'form'>) {
  const t = useText()
  const flags = [{ value: '', label: t('laboratory.tests.choice.normal') }, { value: 'A', label: t('laboratory.tests.choice.abnormal') }, { value: 'AA', label: t('laboratory.tests.choice.critical') }]
  return (
    <Fieldset legend={t('laboratory.tests.choices')}>
      {form.fields.values.choices.map((_, index) => (
        <Group key={index} align="end" gap="xs" mb="xs">
          <TextInput flex={1} maxLength={60} label={t('laboratory.tests.choice', { number: index + 1 })} {...form.fields.getInputProps(`choices.${index}.value`)} />
          <Select w={160} allowDeselect={false} label={t('laboratory.tests.choice.means')} data={flags} {...form.fields.getInputProps(`choices.${index}.flag`)} />
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('laboratory.tests.choice.remove', { number: index + 1 })} onClick={() => form.fields.removeListItem('choices', index)}><IconTrash size={18} /></ActionIcon>
        </Group>
      ))}
      <Button size="xs" variant="default" onClick={() => form.fields.insertListItem('choices', { value: '', flag: '' })}>{t('laboratory.tests.choice.add')}</Button>
    </Fieldset>
  )
}

/** A formula with its source, and the unit it reads each test in. */
function Formula({ test, form }: FieldsProps) {
  const t = useText()
  const isSame = form.fields.values.formula.trim() === test.formula
  return (
    <Fieldset legend={t('laboratory.formula')}>
      <TextInput dir="ltr" withAsterisk label={t('laboratory.formula')} description={t('laboratory.tests.formulaHint', { example: '{CHOL} - {HDL}' })} maxLength={500} {...form.fields.getInputProps('formula')} />
      <TextInput label={t('laboratory.range.source')} maxLength={300} {...form.fields.getInputProps('formulaSource')} />
      {isSame ? <Group mt="xs">{form.fields.values.formulaUnits.map((one, index) => <TextInput key={one.code} w={160} dir="ltr" maxLength={40} label={t('laboratory.tests.readsIn', { code: one.code })} {...form.fields.getInputProps(`formulaUnits.${index}.unit`)} error={form.fields.errors[`formulaUnits.${one.code}`]} />)}</Group> : <Text size="xs" c="dimmed">{t('laboratory.tests.readsAsToday')}</Text>}
    </Fieldset>
  )
}

/** What holds a result for a person to look at, and whether one that nothing holds verifies itself. */
function Rules({ form }: Pick<FieldsProps, 'form'>) {
  const t = useText()
  const bound = (name: 'absurdLow' | 'absurdHigh' | 'deltaAbsolute') => <TextInput label={t(`laboratory.rules.${name}`)} inputMode="decimal" maxLength={16} {...form.fields.getInputProps(`rules.${name}`)} />
  const whole = (name: 'deltaPercent' | 'deltaDays' | 'haemolysis' | 'lipaemia' | 'icterus', max: number) => <NumberInput label={t(`laboratory.rules.${name}`)} min={name === 'deltaPercent' ? 0 : 1} max={max} allowDecimal={false} hideControls {...form.fields.getInputProps(`rules.${name}`)} />
  return (
    <Fieldset legend={t('laboratory.rules')}>
      <SimpleGrid cols={{ base: 2, sm: 4 }}>
        {bound('absurdLow')}{bound('absurdHigh')}{whole('deltaPercent', 1000)}{bound('deltaAbsolute')}{whole('deltaDays', 3650)}{whole('haemolysis', 4)}{whole('lipaemia', 4)}{whole('icterus', 4)}
      </SimpleGrid>
      <Checkbox mt="sm" label={t('laboratory.rules.isAutoVerified')} {...form.fields.getInputProps('rules.isAutoVerified', { type: 'checkbox' })} />
    </Fieldset>
  )
}

function ForPatient({ form }: Pick<FieldsProps, 'form'>) {
  const t = useText()
  const ways = [{ value: '', label: t('laboratory.rules.release.usual') }, { value: 'at-once', label: t('laboratory.rules.release.atOnce') }, { value: 'by-hand', label: t('laboratory.rules.release.byHand') }]
  return (
    <Fieldset legend={t('laboratory.rules.patient')}>
      <Group align="end">
        <Select w={260} allowDeselect={false} label={t('laboratory.rules.release')} data={ways} {...form.fields.getInputProps('rules.patientRelease')} />
        <NumberInput w={160} label={t('laboratory.rules.patientDelayHours')} min={0} max={2160} allowDecimal={false} hideControls {...form.fields.getInputProps('rules.patientDelayHours')} />
      </Group>
      <Checkbox mt="sm" label={t('laboratory.tests.isSensitive')} description={t('laboratory.tests.isSensitiveHint')} {...form.fields.getInputProps('isSensitive', { type: 'checkbox' })} />
    </Fieldset>
  )
}

/** When a test stands in the scope of accreditation. */
function Accredited({ form }: Pick<FieldsProps, 'form'>) {
  const t = useText()
  return (
    <Fieldset legend={t('laboratory.scope')}>
      <Text size="xs" c="dimmed" mb="xs">{t('laboratory.scope.hint')}</Text>
      {form.fields.values.accredited.map((_, index) => (
        <Group key={index} align="end" gap="xs" mb="xs">
          <TextInput type="date" label={t('laboratory.scope.from', { number: index + 1 })} {...form.fields.getInputProps(`accredited.${index}.from`)} />
          <TextInput type="date" label={t('laboratory.scope.to', { number: index + 1 })} {...form.fields.getInputProps(`accredited.${index}.to`)} />
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('laboratory.scope.remove', { number: index + 1 })} onClick={() => form.fields.removeListItem('accredited', index)}><IconTrash size={18} /></ActionIcon>
        </Group>
      ))}
      <Button size="xs" variant="default" onClick={() => form.fields.insertListItem('accredited', { from: '', to: '' })}>{t('laboratory.scope.add')}</Button>
    </Fieldset>
  )
}

/** Everything about a test but its names and ranges. */
export function TestFields({ test, form }: FieldsProps) {
  const t = useText()
  const { unit } = form.fields.values
  const text = (name: 'specimenType' | 'container' | 'method' | 'loinc' | 'unit', label: string, maxLength: number) => <TextInput label={label} maxLength={maxLength} {...form.fields.getInputProps(name)} />
  return (
    <>
      <SimpleGrid cols={{ base: 2, sm: 4 }}>
        {text('specimenType', t('laboratory.tests.specimen'), 60)}
        {text('container', t('laboratory.specimen.container'), 60)}
        <TextInput label={t('laboratory.tests.volume')} inputMode="decimal" maxLength={10} {...form.fields.getInputProps('volumeMl')} />
        {text('method', t('laboratory.method'), 60)}
        {text('loinc', 'LOINC', 12)}
        {test.kind === 'panel' ? null : text('unit', t('laboratory.unit'), 40)}
        {test.kind === 'panel' ? null : <NumberInput label={t('laboratory.tests.decimals')} min={0} max={6} allowDecimal={false} hideControls {...form.fields.getInputProps('decimals')} />}
      </SimpleGrid>
      {unit === test.unit || test.unit === '' ? null : <Alert color="yellow" role="alert">{t('laboratory.tests.unitChanged', { before: unitText(test.unit), now: unitText(unit) })}</Alert>}
      <Price form={form} />
      {test.kind === 'calculated' ? <Formula test={test} form={form} /> : null}
      {test.kind === 'panel' ? <TagsInput label={t('laboratory.members')} description={t('laboratory.tests.membersHint')} maxTags={100} {...form.fields.getInputProps('members')} /> : <Rules form={form} />}
      {test.valueKind === 'qualitative' ? <Choices form={form} /> : null}
      <ForPatient form={form} />
      {test.kind === 'panel' ? null : <Accredited form={form} />}
      <Checkbox label={t('laboratory.tests.isActive')} description={t('laboratory.tests.isActiveHint')} {...form.fields.getInputProps('isActive', { type: 'checkbox' })} />
    </>
  )
}
