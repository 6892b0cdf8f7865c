import { SegmentedControl, Stack, Text } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'

const indices = ['haemolysis', 'lipaemia', 'icterus'] as const
export type Look = Record<(typeof indices)[number], string>
export const noLooks: Look = { haemolysis: '0', lipaemia: '0', icterus: '0' }
const grades = ['0', '1', '2', '3', '4']

/** What is told of a look: the grades that are not nought. */
export const toldOf = (look: Look): Partial<Record<keyof Look, number>> => Object.fromEntries(indices.filter((index) => look[index] !== '0').map((index) => [index, Number(look[index])]))

/** How a tube looks: nothing, or by grades. */
export function Looks({ value, onChange }: { value: Look; onChange: (look: Look) => void }) {
  const t = useText()
  return indices.map((index) => (
    <Stack key={index} gap={4}>
      <Text size="sm" fw={500}>{t(`laboratory.hold.${index}`)}</Text>
      <SegmentedControl size="sm" aria-label={t(`laboratory.hold.${index}`)} data={grades.map((grade) => ({ value: grade, label: grade === '0' ? t('laboratory.index.none') : '+'.repeat(Number(grade)) }))} value={value[index]} onChange={(grade) => onChange({ ...value, [index]: grade })} />
    </Stack>
  ))
}
