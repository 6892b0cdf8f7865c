import { Select } from '@mantine/core'
import { visitType, type Appointment } from '#contract/scheduling.ts'
import { useText } from '../../../kernel/i18n.ts'

export function VisitTypeSelect({ value, onChange }: { value: Appointment['visitType']; onChange: (value: Appointment['visitType']) => void }) {
  const t = useText()
  const data = visitType.options.map((one) => ({ value: one, label: t(`scheduling.visitType.${one}`) }))
  return <Select label={t('scheduling.visitType')} withAsterisk data={data} value={value} onChange={(next) => onChange(visitType.safeParse(next).data ?? value)} />
}
