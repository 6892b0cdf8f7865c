import { Stack } from '@mantine/core'
import type { Encounter } from '../../../kernel/features.ts'
import { ListCard } from './list-card.tsx'

const kinds = ['allergy', 'problem', 'medication'] as const

/** Allergies, problems and medicines of the patient beside the consultation. */
export function ListsPanel({ encounter }: { encounter: Encounter }) {
  return (
    <Stack gap="sm">
      {kinds.map((kind) => (
        <ListCard key={kind} patientId={encounter.patientId} kind={kind} />
      ))}
    </Stack>
  )
}
