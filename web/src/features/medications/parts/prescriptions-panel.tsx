import { useState } from 'react'
import { Button, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import type { Encounter } from '../../../kernel/features.ts'
import { useText } from '../../../kernel/i18n.ts'
import { Loaded } from '../../../ui/states.tsx'
import { ofEncounterQuery, type Prescription, type Warning } from '../queries.ts'
import { PrescriptionCard } from './prescription-card.tsx'
import { AllergyWarnings, Writer } from './writer.tsx'

/** Prescriptions of the visit, and the writer. */
export function PrescriptionsPanel({ encounter }: { encounter: Encounter }) {
  const t = useText()
  const { can } = useAuth()
  const [editing, setEditing] = useState<Prescription | 'new'>()
  const [warnings, setWarnings] = useState<readonly Warning[]>([])
  const query = useQuery(ofEncounterQuery(encounter.id))
  const isOpen = encounter.state === 'checked-in' || encounter.state === 'in-consultation'
  const mayWrite = isOpen && can('medications.prescribe', encounter.facilityId)
  const done = (next: readonly Warning[]) => {
    setWarnings(next)
    setEditing(undefined)
  }
  return (
    <Stack gap="sm">
      <AllergyWarnings warnings={warnings} />
      <Loaded query={query} rows={2}>
        {({ items }) => (items.length === 0 ? <Text size="sm" c="dimmed">{t('medications.prescriptions.empty')}</Text> : <div>{items.filter((one) => editing === 'new' || one.id !== editing?.id).map((one) => <PrescriptionCard key={one.id} prescription={one} {...(mayWrite ? { onEdit: () => setEditing(one) } : {})} />)}</div>)}
      </Loaded>
      {editing === undefined ? null : <Writer key={editing === 'new' ? 'new' : editing.id} encounterId={encounter.id} patientId={encounter.patientId} before={editing === 'new' ? undefined : editing} onDone={done} onCancel={() => setEditing(undefined)} />}
      {mayWrite && editing === undefined ? (
        <Group>
          <Button variant="default" onClick={() => setEditing('new')}>{t('medications.prescription.write')}</Button>
        </Group>
      ) : null}
    </Stack>
  )
}
