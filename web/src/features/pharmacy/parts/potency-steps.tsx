import { ActionIcon, Button, Fieldset, Group, Stack, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useText } from '../../../kernel/i18n.ts'
import { nextStep, type Step } from './potency.ts'

/** The steps of a potentisation as their maker writes them down. */
export function PotencySteps({ steps, aim, onChange }: { steps: readonly Step[]; aim: string; onChange: (steps: Step[]) => void }) {
  const t = useText()
  const set = (at: number, change: Partial<Step>) => onChange(steps.map((step, index) => (index === at ? { ...step, ...change } : step)))
  return (
    <Fieldset legend={t('pharmacy.prepare.potencies')}>
      <Stack gap="xs">
        {steps.map((step, index) => (
          <Group key={index} align="end" gap="xs">
            <TextInput w={90} label={t('pharmacy.prepare.potency')} maxLength={20} value={step.potency} onChange={(event) => set(index, { potency: event.currentTarget.value })} />
            <TextInput w={130} inputMode="numeric" label={t('pharmacy.prepare.parts')} leftSection="1 :" maxLength={5} value={step.parts} onChange={(event) => set(index, { parts: event.currentTarget.value.trim() })} />
            <TextInput w={130} label={t('pharmacy.prepare.vehicle')} maxLength={60} value={step.vehicle} onChange={(event) => set(index, { vehicle: event.currentTarget.value })} />
            <TextInput w={100} inputMode="numeric" label={t('pharmacy.prepare.succussions')} maxLength={4} value={step.succussions} onChange={(event) => set(index, { succussions: event.currentTarget.value.trim() })} />
            <ActionIcon mb={4} variant="subtle" color="gray" aria-label={`${t('common.remove')}: ${step.potency}`} onClick={() => onChange(steps.filter((_one, at) => at !== index))}><IconX size={16} /></ActionIcon>
          </Group>
        ))}
        <Group><Button size="compact-sm" variant="default" onClick={() => onChange([...steps, nextStep(steps, aim)])}>{t('pharmacy.prepare.addStep')}</Button></Group>
      </Stack>
    </Fieldset>
  )
}
