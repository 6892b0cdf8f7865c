import { Alert, Stack, Text } from '@mantine/core'
import { IconAlertOctagon } from '@tabler/icons-react'
import { useText } from '../../../kernel/i18n.ts'
import type { Warning } from '../queries.ts'

/** Allergies that a medicine meets: strong, in words, and there until the line is gone. */
export function AllergyWarnings({ warnings }: { warnings: readonly Warning[] }) {
  const t = useText()
  const told = [...new Map(warnings.map((warning) => [`${warning.medicationId} ${warning.allergy}`, warning]))]
  if (told.length === 0) return null
  return (
    <Alert color="red" variant="outline" role="alert" icon={<IconAlertOctagon aria-hidden />}>
      <Stack gap={4}>
        {told.map(([key, warning]) => <Text key={key} size="sm" fw={600}>{t('medications.warning.allergy', { medication: warning.medicationName, allergy: warning.allergy })}</Text>)}
      </Stack>
    </Alert>
  )
}
