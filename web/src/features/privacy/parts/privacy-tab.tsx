import { Stack } from '@mantine/core'
import { Can } from '../../../kernel/auth.tsx'
import { Exports } from './exports.tsx'
import { Holds } from './holds.tsx'
import { PatientRequests } from './patient-requests.tsx'

/** What a patient may ask for: a copy of all, a correction, an erasure; and what forbids one. */
export function PrivacyTab({ patientId }: { patientId: string }) {
  return (
    <Stack>
      <PatientRequests patientId={patientId} />
      <Can permission="privacy.export"><Exports patientId={patientId} /></Can>
      <Can permission="privacy.read"><Holds patientId={patientId} /></Can>
    </Stack>
  )
}
