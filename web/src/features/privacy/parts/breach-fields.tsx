import { Checkbox, Group, Textarea, TextInput } from '@mantine/core'
import { privacy, regime } from '#contract/privacy.ts'
import { useText } from '../../../kernel/i18n.ts'
import type { AppForm } from '../../../ui/form.tsx'

export const dataKinds = privacy.openBreach.body.shape.dataKinds.unwrap().element.options

export interface BreachValues extends Record<string, unknown> {
  title: string
  description: string
  discoveredAt: string
  occurredFrom: string
  occurredTo: string
  regimes: string[]
  dataKinds: string[]
}

/** What is known of a breach on its first day. */
export function BreachFields({ form }: { form: AppForm<BreachValues> }) {
  const t = useText()
  const { fields } = form
  const moment = (name: 'discoveredAt' | 'occurredFrom' | 'occurredTo', isNeeded = false) => <TextInput key={name} type="datetime-local" label={t(`privacy.breach.field.${name}`)} withAsterisk={isNeeded} {...fields.getInputProps(name)} />
  return (
    <>
      <TextInput label={t('privacy.breach.what')} withAsterisk maxLength={200} {...fields.getInputProps('title')} />
      <Textarea label={t('common.description')} description={t('privacy.breach.descriptionHint')} withAsterisk autosize minRows={3} maxLength={4000} {...fields.getInputProps('description')} />
      <Group align="start" grow preventGrowOverflow={false}>{moment('discoveredAt', true)}{moment('occurredFrom')}{moment('occurredTo')}</Group>
      <Checkbox.Group label={t('privacy.breach.regimes')} description={t('privacy.breach.regimesHint')} withAsterisk {...fields.getInputProps('regimes')}>
        <Group mt="xs">{regime.options.map((value) => <Checkbox key={value} value={value} label={t(`privacy.regime.${value}`)} />)}</Group>
      </Checkbox.Group>
      <Checkbox.Group label={t('privacy.breach.data')} {...fields.getInputProps('dataKinds')}>
        <Group mt="xs">{dataKinds.map((value) => <Checkbox key={value} value={value} label={t(`privacy.data.${value}`)} />)}</Group>
      </Checkbox.Group>
    </>
  )
}
