import { Stack } from '@mantine/core'
import { Labels } from './labels.tsx'
import { Members } from './members.tsx'

/** What protects a patient's record, and who passes it. */
export function ProtectionTab({ patientId }: { patientId: string }) {
  return (
    <Stack>
      <Labels patientId={patientId} />
      <Members patientId={patientId} />
    </Stack>
  )
}
