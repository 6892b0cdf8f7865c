import { ActionIcon, Autocomplete, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useText } from '../../../kernel/i18n.ts'
import { grammar, usual, type InstructionName, type Line } from '../form.ts'

interface LineFieldsProps {
  line: Line
  index: number
  errors: Record<string, string>
  onChange: (line: Line) => void
  onRemove: () => void
}

/** One medicine in the grammar of its system: what is usual is offered, anything may be typed. */
export function LineFields({ line, index, errors, onChange, onRemove }: LineFieldsProps) {
  const t = useText()
  const offers = usual[line.system]
  const errorAt = (path: string) => errors[`items.${index}.${path}`]
  const instruct = (name: InstructionName, value: string) => onChange({ ...line, instructions: { ...line.instructions, [name]: value } })
  return (
    <Stack gap={6} p="xs" style={{ border: '1px solid var(--line)', borderRadius: 6 }} role="group" aria-label={line.name}>
      <Group justify="space-between" wrap="nowrap">
        <Text fw={600} size="sm">{line.name} <Text span size="xs" c="dimmed">{t(`medications.system.${line.system}`)}</Text></Text>
        <ActionIcon variant="subtle" aria-label={`${t('medications.item.remove')}: ${line.name}`} onClick={onRemove}><IconX size={16} /></ActionIcon>
      </Group>
      <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="xs">
        <Autocomplete size="sm" label={t('medications.item.dosage')} data={[...(offers.dosage ?? [])]} value={line.dosage} error={errorAt('dosage')} maxLength={120} onChange={(dosage) => onChange({ ...line, dosage })} />
        <Autocomplete size="sm" label={t('medications.item.frequency')} data={[...(offers.frequency ?? [])]} value={line.frequency} error={errorAt('frequency')} maxLength={60} onChange={(frequency) => onChange({ ...line, frequency })} />
        <TextInput size="sm" label={t('medications.item.durationDays')} inputMode="numeric" value={line.durationDays} error={errorAt('durationDays')} onChange={(event) => onChange({ ...line, durationDays: event.currentTarget.value.replace(/\D/g, '').slice(0, 3) })} />
        <TextInput size="sm" label={t('medications.item.quantity')} placeholder={t('medications.item.quantityHint')} inputMode="decimal" value={line.quantity} error={errorAt('quantity')} onChange={(event) => onChange({ ...line, quantity: event.currentTarget.value })} />
        {grammar[line.system].map((name) => (
          <Autocomplete key={name} size="sm" label={t(`medications.instructions.${name}`)} data={[...(offers[name] ?? [])]} value={line.instructions[name] ?? ''} error={errorAt(`instructions.${name}`)} maxLength={120} onChange={(value) => instruct(name, value)} />
        ))}
      </SimpleGrid>
    </Stack>
  )
}
