import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { fullName, patientQuery } from '../../../ui/patient-banner.tsx'

/** A patient of whom only the id is known. */
export function PatientName({ id }: { id: string }) {
  const query = useQuery(patientQuery(id))
  return (
    <Anchor component={Link} to={`/patients/${id}`} size="sm">
      <bdi>{query.data === undefined ? '…' : `${fullName(query.data)} · ${query.data.mrn}`}</bdi>
    </Anchor>
  )
}
