import { SimpleGrid } from '@mantine/core'
import { listKind } from '#contract/patients.ts'
import { ListCard } from './list-card.tsx'

export function ListsTab({ patientId }: { patientId: string }) {
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
      {listKind.options.map((kind) => (
        <ListCard key={kind} patientId={patientId} kind={kind} />
      ))}
    </SimpleGrid>
  )
}
