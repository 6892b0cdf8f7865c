import { Group, Pill } from '@mantine/core'
import type { PatientCriteria } from '#contract/patients-finding.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { type CriterionName, without } from '../criteria.ts'

const ranges = [['age', 'ageFrom', 'ageTo'], ['born', 'bornFrom', 'bornTo'], ['registered', 'registeredFrom', 'registeredTo'], ['visited', 'visitedFrom', 'visitedTo']] as const

interface Said {
  names: CriterionName[]
  text: string
}

function useSaid(criteria: PatientCriteria): Said[] {
  const t = useText()
  const format = useFormat()
  const { me } = useAuth()
  const shown = (value: string | number) => (typeof value === 'number' ? format.number(value) : format.day(value))
  const said: Said[] = ranges.flatMap(([label, from, to]) => {
    const [first, last] = [criteria[from], criteria[to]]
    if (first === undefined && last === undefined) return []
    const name = t(`patients.criteria.${label}`)
    const text = first === undefined ? t('patients.criteria.until', { name, to: shown(last ?? '') }) : last === undefined ? t('patients.criteria.since', { name, from: shown(first) }) : t('patients.criteria.between', { name, from: shown(first), to: shown(last) })
    return [{ names: [from, to], text }]
  })
  const is = (names: CriterionName[], name: string, value: string | undefined): Said[] => (value === undefined ? [] : [{ names, text: t('patients.criteria.is', { name, value }) }])
  return [
    ...is(['sex'], t('patients.field.sex'), criteria.sex && t(`patients.sex.${criteria.sex}`)),
    ...is(['life'], t('patients.criteria.life'), criteria.life && t(criteria.life === 'living' ? 'patients.criteria.living' : 'patients.deceased')),
    ...is(['city'], t('patients.address.city'), criteria.city),
    ...is(['facilityId'], t('common.facility'), criteria.facilityId && (me.facilities.find((one) => one.id === criteria.facilityId)?.name ?? '…')),
    ...is(['label'], t('patients.criteria.label'), criteria.label && t(`access.label.${criteria.label}`)),
    ...said,
  ]
}

/** What the list is narrowed by, each with a way to drop it. */
export function CriteriaPills({ criteria, onChange }: { criteria: PatientCriteria; onChange: (criteria: PatientCriteria) => void }) {
  const t = useText()
  const said = useSaid(criteria)
  if (said.length === 0) return null
  return (
    <Group gap={6} role="group" aria-label={t('patients.criteria.title')}>
      {said.map(({ names, text }) => (
        <Pill key={text} size="md" withRemoveButton onRemove={() => onChange(without(criteria, names))} removeButtonProps={{ 'aria-label': t('patients.criteria.drop', { what: text }), tabIndex: 0, 'aria-hidden': false }}>
          <bdi>{text}</bdi>
        </Pill>
      ))}
    </Group>
  )
}
