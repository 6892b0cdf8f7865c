import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'

/** A patient in a row of a list: name and number, and the way to the chart. */
export function PatientName({ id, name, mrn }: { id: string; name: string; mrn: string }) {
  return (
    <Anchor component={Link} to={`/patients/${id}`} size="sm">
      <bdi>{`${name} · ${mrn}`}</bdi>
    </Anchor>
  )
}
