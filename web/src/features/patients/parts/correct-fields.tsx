import { Select, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { type Correction, correctionKind, type CorrectionKind, type Inconsistency } from '#contract/patients-cleaning.ts'
import { sex } from '#contract/patients.ts'
import { useText } from '../../../kernel/i18n.ts'

/** What mends a finding, the likeliest first. */
const suited: Readonly<Record<Inconsistency, readonly CorrectionKind[]>> = {
  'birth-in-future': ['clear-birth-date', 'birth-year-only'],
  'birth-after-registration': ['clear-birth-date', 'birth-year-only'],
  'death-in-future': ['clear-death'],
  'death-before-birth': ['clear-death', 'clear-birth-date'],
  'visit-before-birth': ['clear-birth-date', 'birth-year-only'],
  'visit-after-death': ['clear-death'],
  'sex-against-pregnancy': ['set-sex'],
  'identifier-shared': [],
  'age-above-120': ['clear-birth-date', 'clear-death'],
  'name-doubtful': ['tidy-name'],
  'phone-invalid': ['drop-invalid-phones'],
  'email-invalid': ['clear-email'],
  'postcode-invalid': ['clear-postcode', 'set-place'],
  'sex-missing': ['set-sex'],
  'birth-missing': [],
}

/** Kinds of corrections, those first that suit a finding. */
export const kindsFor = (rule: Inconsistency | undefined): CorrectionKind[] => [...new Set([...(rule === undefined ? [] : suited[rule]), ...correctionKind.options])]

const places = ['city', 'state', 'postcode', 'country'] as const

/** Whether a correction has the value it wants. */
export const isWhole = (correction: Correction): boolean => (correction.kind === 'set-sex' ? correction.sex !== undefined : correction.kind === 'set-place' ? places.some((name) => correction[name] !== undefined) : true)

interface CorrectFieldsProps {
  kinds: readonly CorrectionKind[]
  correction: Correction
  onChange: (correction: Correction) => void
}

/** What is to be done, and with which value. */
export function CorrectFields({ kinds, correction, onChange }: CorrectFieldsProps) {
  const t = useText()
  const choose = (value: string | null) => {
    const kind = kinds.find((one) => one === value)
    if (kind !== undefined) onChange({ kind })
  }
  const setPlace = (name: (typeof places)[number], value: string) => {
    const { [name]: _before, ...rest } = correction
    onChange(value.trim() === '' ? rest : { ...rest, [name]: value })
  }
  return (
    <Stack gap="sm">
      <Select label={t('patients.correct.what')} description={t(`patients.correct.${correction.kind}.means`)} data={kinds.map((value) => ({ value, label: t(`patients.correct.${value}`) }))} value={correction.kind} onChange={choose} />
      {correction.kind === 'set-sex' ? <Select label={t('patients.field.sex')} withAsterisk data={sex.options.map((value) => ({ value, label: t(`patients.sex.${value}`) }))} value={correction.sex ?? null} onChange={(value) => onChange({ ...correction, sex: sex.safeParse(value).data })} /> : null}
      {correction.kind === 'set-place' ? (
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          {places.map((name) => <TextInput key={name} label={t(`patients.address.${name}`)} maxLength={name === 'postcode' ? 20 : 60} autoComplete="off" value={correction[name] ?? ''} onChange={(event) => setPlace(name, event.currentTarget.value)} />)}
        </SimpleGrid>
      ) : null}
    </Stack>
  )
}
