import type { ReactNode } from 'react'
import { Anchor, Group, Stack, Text } from '@mantine/core'
import { IconAlertOctagon, IconCircleCheck, IconHelpCircle, IconLock } from '@tabler/icons-react'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { patients, type Age, type Patient } from '#contract/patients.ts'
import { client } from '../kernel/api.ts'
import { useFormat } from '../kernel/format.ts'
import { intlTag, useLanguage, useText } from '../kernel/i18n.ts'
import { GivenBy } from './given.tsx'
import { Failed, Loading, StateBadge } from './states.tsx'
import { PatientMark } from './patient-mark.tsx'
import styles from './patient-banner.module.css'

const api = client(patients)

/** The patient's record and active allergies, shared by banner and pages. */
export const patientQuery = (id: string) => queryOptions({ queryKey: ['patients', id], queryFn: ({ signal }) => api.read({ params: { id }, signal }), enabled: id !== '' })
export const allergiesQuery = (id: string) => queryOptions({ queryKey: ['patients', id, 'lists', 'allergy'], queryFn: ({ signal }) => api.listEntries({ params: { id }, query: { kind: 'allergy' }, signal }), enabled: id !== '' })

const shortUnits = { year: 'y', month: 'mo', day: 'd' } as const

/** An age in the reader's language, set apart so that «~34 y» keeps its order in a line that runs from right to left. */
export function useAgeText(): (age: Age | null) => string {
  const t = useText()
  const language = useLanguage()
  return (age) => {
    if (age === null) return t('patients.banner.ageless')
    const words = language === 'en' ? `${age.count} ${shortUnits[age.unit]}` : new Intl.NumberFormat(intlTag(language), { style: 'unit', unit: age.unit, unitDisplay: 'long' }).format(age.count)
    return `\u2068${age.isEstimated ? '~' : ''}${words}\u2069`
  }
}
export const fullName = (patient: { givenName: string; familyName: string }) => `${patient.givenName} ${patient.familyName}`.trim()

/** Recorded, asked and none, or not asked: three states that never look alike. */
export function AllergyState({ patient }: { patient: Patient }) {
  const t = useText()
  const query = useQuery({ ...allergiesQuery(patient.id), enabled: patient.allergyStatus === 'recorded' })
  if (patient.allergyStatus === 'none-known') return <Said icon={<IconCircleCheck size={16} aria-hidden />} text={t('patients.allergies.noneKnown')} />
  if (patient.allergyStatus === 'not-asked') return <Said icon={<IconHelpCircle size={16} aria-hidden />} text={t('patients.allergies.notAsked')} isStrong />
  const names = (query.data?.items ?? []).filter((entry) => entry.state === 'active').map((entry) => entry.text)
  return <Said icon={<IconAlertOctagon size={16} color="var(--mantine-color-error)" aria-hidden />} text={t('patients.allergies.recorded', { names: names.join(' · ') || '…' })} isStrong />
}

function Said({ icon, text, isStrong = false }: { icon: ReactNode; text: string; isStrong?: boolean }) {
  return (
    <Group gap={4} wrap="nowrap" maw={360}>
      {icon}
      <Text size="sm" fw={isStrong ? 600 : 400} lineClamp={2} title={text}>
        {text}
      </Text>
    </Group>
  )
}

function Identity({ patient }: { patient: Patient }) {
  const t = useText()
  const format = useFormat()
  const ageText = useAgeText()
  const birth = patient.birthDate === null ? '' : format.full(patient.birthDate)
  return (
    <Stack gap={0} miw={0}>
      <Group gap={8}>
        <Anchor component={Link} to={`/patients/${patient.id}`} c="inherit" fw={600} style={{ overflowWrap: 'anywhere' }}>
          <bdi>{fullName(patient)}</bdi>
        </Anchor>
        {patient.localName === '' ? null : <Text size="sm"><bdi>{patient.localName}</bdi></Text>}
        {patient.labels.length === 0 ? null : <span title={patient.labels.map((label) => t(`access.label.${label}`)).join(', ')}><StateBadge label={t('access.label.protected')} tone="info" /></span>}
        {patient.isConfidential ? <IconLock size={14} aria-label={t('patients.confidential')} /> : null}
        {patient.isDeceased ? <StateBadge label={t('patients.deceased')} /> : null}
        {patient.isUnidentified ? <StateBadge label={t('patients.unidentified')} tone="warn" /> : null}
      </Group>
      <Text size="sm" c="dimmed" title={birth} className="figures">
        {t('patients.banner.facts', { age: ageText(patient.age), sex: t(`patients.sex.${patient.sex}`), mrn: patient.mrn })}
      </Text>
    </Stack>
  )
}

/** Never scrolls away: who this is, and what could hurt. */
export function PatientBanner({ patientId, actions }: { patientId: string; actions?: ReactNode }) {
  const t = useText()
  const query = useQuery(patientQuery(patientId))
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />
  if (query.data === undefined) return <Loading rows={2} />
  const patient = query.data
  return (
    <section className={styles.banner} aria-label={t('patients.banner.label')}>
      <Group justify="space-between" gap="sm">
        <Group gap="sm" wrap="nowrap" miw={0}>
          <PatientMark id={patient.id} givenName={patient.givenName} familyName={patient.familyName} photoId={patient.photoId} />
          <Identity patient={patient} />
        </Group>
        <AllergyState patient={patient} />
        <GivenBy place="patientSign" patientId={patient.id} />
        {actions === undefined ? null : (
          <Group gap="xs" className="no-print">
            {actions}
          </Group>
        )}
      </Group>
    </section>
  )
}
