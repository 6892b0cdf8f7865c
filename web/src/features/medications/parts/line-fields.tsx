import { useEffect, useRef } from 'react'
import { ActionIcon, Autocomplete, Group, SimpleGrid, Stack, Text, TextInput, type OptionsFilter } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useText } from '../../../kernel/i18n.ts'
import { computedOf, grammar, maxLengthOf, quantityOf, quantityUnitOf, usual, type InstructionName, type Line } from '../form.ts'

interface LineFieldsProps {
  line: Line
  index: number
  errors: Record<string, string>
  /** Just taken: what is still to be said is asked at once. */
  isNew: boolean
  onChange: (line: Line) => void
  onRemove: () => void
}

const everything: OptionsFilter = ({ options }) => options

interface SaidProps {
  label: string
  offers: readonly string[] | undefined
  value: string
  error: string | undefined
  maxLength: number
  onChange: (value: string) => void
}

/** What is usual is offered, also beside what was chosen; a dose reads from its own side in every script. */
function Said({ offers = [], ...field }: SaidProps) {
  return <Autocomplete size="sm" dir="auto" data={[...offers]} {...(offers.includes(field.value) ? { filter: everything } : {})} {...field} />
}

/** One medicine in the grammar of its system: what is usual is offered, anything may be typed. */
export function LineFields({ line, index, errors, isNew, onChange, onRemove }: LineFieldsProps) {
  const t = useText()
  const offers = usual[line.system]
  const errorAt = (path: string) => errors[`items.${index}.${path}`]
  const instruct = (name: InstructionName, value: string) => onChange({ ...line, instructions: { ...line.instructions, [name]: value } })
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!isNew) return
    const fields = [...(box.current?.querySelectorAll('input') ?? [])]
    fields.find((field) => field.value === '')?.focus()
  }, [])
  const computed = computedOf(line)
  const unit = quantityUnitOf(line)
  // Something is said of dose and frequency, and no quantity follows.
  const isUnsaid = computed === '' && (line.quantity ?? '') === '' && line.dosage.trim() !== '' && line.frequency.trim() !== ''
  const isOther = line.quantity !== undefined && computed !== '' && line.quantity !== computed
  return (
    <Stack ref={box} gap={6} p="xs" style={{ border: '1px solid var(--line)', borderRadius: 6 }} role="group" aria-label={line.name}>
      <Group justify="space-between" wrap="nowrap">
        <Text fw={600} size="sm">{line.name} <Text span size="xs" c="dimmed">{t(`medications.system.${line.system}`)}</Text></Text>
        <ActionIcon variant="subtle" aria-label={`${t('medications.item.remove')}: ${line.name}`} onClick={onRemove}><IconX size={16} /></ActionIcon>
      </Group>
      <SimpleGrid type="container" cols={{ base: 2, '640px': 4 }} spacing="xs">
        <Said label={t('medications.item.dosage')} offers={offers.dosage} value={line.dosage} error={errorAt('dosage')} maxLength={120} onChange={(dosage) => onChange({ ...line, dosage })} />
        <Said label={t('medications.item.frequency')} offers={offers.frequency} value={line.frequency} error={errorAt('frequency')} maxLength={60} onChange={(frequency) => onChange({ ...line, frequency })} />
        <TextInput size="sm" label={t('medications.item.durationDays')} inputMode="numeric" value={line.durationDays} error={errorAt('durationDays')} onChange={(event) => onChange({ ...line, durationDays: event.currentTarget.value.replace(/\D/g, '').slice(0, 3) })} />
        <TextInput
          size="sm" label={t('medications.item.quantity')} inputMode="decimal" maxLength={13} inputWrapperOrder={['label', 'input', 'description', 'error']} value={quantityOf(line)} error={errorAt('quantity')}
          {...(unit === '' ? {} : { rightSection: <Text size="xs" c="dimmed"><bdi>{unit}</bdi></Text>, rightSectionWidth: 64 })}
          {...(isOther ? { description: t('medications.item.quantityComputed', { quantity: computed }) } : isUnsaid ? { description: t('medications.item.quantityUnsaid') } : {})} onChange={(event) => onChange({ ...line, quantity: event.currentTarget.value.trim() })}
        />
        {grammar[line.system].map((name) => (
          <Said key={name} label={t(`medications.instructions.${name}`)} offers={offers[name]} value={line.instructions[name] ?? ''} error={errorAt(`instructions.${name}`)} maxLength={maxLengthOf(name)} onChange={(value) => instruct(name, value)} />
        ))}
      </SimpleGrid>
    </Stack>
  )
}
