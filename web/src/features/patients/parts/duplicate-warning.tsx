import { Alert, Anchor, List } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconUsers } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { hasText, useText } from '../../../kernel/i18n.ts'
import { api } from '../queries.ts'
import type { PatientValues } from '../form.ts'

const leastLetters = 2

export function useReasonText(): (reason: string) => string {
  const t = useText()
  return (reason) => (hasText(`patients.reason.${reason}`) ? t(`patients.reason.${reason}`) : reason)
}

/** Who this might already be; it warns and never stops. */
export function DuplicateWarning({ values }: { values: PatientValues }) {
  const t = useText()
  const reasonText = useReasonText()
  const body = {
    givenName: values.givenName.trim(),
    familyName: values.familyName.trim(),
    sex: values.sex,
    ...(values.birthDate === '' ? {} : { birthDate: values.birthDate }),
    ...(values.phone === '' ? {} : { phones: [values.phone] }),
  }
  const [wanted] = useDebouncedValue(JSON.stringify(body), 400)
  const isReady = body.givenName.length >= leastLetters && (body.familyName !== '' || values.phone !== '' || values.birthDate !== '')
  const query = useQuery({ queryKey: ['patients', 'check-duplicates', wanted], queryFn: ({ signal }) => api.checkDuplicates({ body: JSON.parse(wanted), signal }), enabled: isReady, gcTime: 0 })
  const hints = isReady ? (query.data?.items ?? []) : []
  if (hints.length === 0) return null
  return (
    <Alert role="status" color="yellow" variant="outline" icon={<IconUsers aria-hidden />} title={t('patients.register.maybeKnown', { count: hints.length })}>
      <List size="sm">
        {hints.map((hint) => (
          <List.Item key={hint.patientId}>
            <Anchor href={`/patients/${hint.patientId}`} target="_blank" size="sm">
              <bdi>{hint.name}</bdi> · {hint.mrn}
            </Anchor>{' '}
            {hint.reasons.map(reasonText).join(', ')}
          </List.Item>
        ))}
      </List>
    </Alert>
  )
}
