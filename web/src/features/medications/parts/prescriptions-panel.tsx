import { useState } from 'react'
import { Button, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import type { Encounter } from '../../../kernel/features.ts'
import { useText } from '../../../kernel/i18n.ts'
import { Loaded } from '../../../ui/states.tsx'
import { ofEncounterQuery, type Prescription, type Warned } from '../queries.ts'
import { AllergyWarnings } from './allergy-warnings.tsx'
import { PrescriptionCard } from './prescription-card.tsx'
import { Writer } from './writer.tsx'

interface PanelProps {
  encounter: Encounter
  /** What the writer begins with. */
  start?: Prescription | 'new'
}

/** Prescriptions of the visit, and the writer. */
export function PrescriptionsPanel({ encounter, start }: PanelProps) {
  const t = useText()
  const { can } = useAuth()
  const isOpen = encounter.state === 'checked-in' || encounter.state === 'in-consultation'
  const mayWrite = isOpen && can('medications.prescribe', encounter.facilityId)
  const [editing, setEditing] = useState(mayWrite ? start : undefined)
  const [keptId, setKeptId] = useState<string>()
  const [warned, setWarned] = useState<Record<string, Warned>>({})
  const query = useQuery(ofEncounterQuery(encounter.id))
  const warn = (draft: Warned) => setWarned((all) => ({ ...all, [draft.id]: draft }))
  const cancelled = new Set((query.data?.items ?? []).filter((one) => one.state === 'cancelled').map((one) => one.id))
  const warnings = Object.values(warned).flatMap((one) => (cancelled.has(one.id) ? [] : one.warnings))
  const inWriter = editing === undefined ? undefined : editing === 'new' ? keptId : editing.id
  const open = (what: Prescription | 'new' | undefined) => {
    setKeptId(undefined)
    setEditing(what)
  }
  const kept = (draft: Warned) => {
    setKeptId(draft.id)
    warn(draft)
  }
  return (
    <Stack gap="sm">
      <AllergyWarnings warnings={warnings} />
      <Loaded query={query} rows={2}>
        {({ items }) => {
          const shown = items.filter((one) => one.id !== inWriter)
          if (shown.length === 0) return editing === undefined ? <Text size="sm" c="dimmed">{t('medications.prescriptions.empty')}</Text> : null
          return <div>{shown.map((one) => <PrescriptionCard key={one.id} prescription={one} onRepeated={warn} {...(mayWrite ? { onEdit: () => open(one) } : {})} />)}</div>
        }}
      </Loaded>
      {editing === undefined ? null : <Writer key={editing === 'new' ? 'new' : editing.id} encounterId={encounter.id} patientId={encounter.patientId} before={editing === 'new' ? undefined : editing} onKept={kept} onDone={() => open(undefined)} />}
      {mayWrite && editing === undefined ? (
        <Group>
          <Button variant="default" onClick={() => open('new')}>{t('medications.prescription.write')}</Button>
        </Group>
      ) : null}
    </Stack>
  )
}
