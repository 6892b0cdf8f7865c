import { Text } from '@mantine/core'

/** Whose row of a list it is: the name, and below it the record number whole. */
export function PatientName({ row }: { row: { patientName: string; patientMrn: string } }) {
  return (
    <>
      <bdi>{row.patientName}</bdi>
      <Text size="xs" c="dimmed" className="figures" style={{ whiteSpace: 'nowrap' }}><bdi>{row.patientMrn}</bdi></Text>
    </>
  )
}
