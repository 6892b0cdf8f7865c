import { useState } from 'react'
import { Group, Stack, Text } from '@mantine/core'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { LifecycleButtons, type LifecycleStep } from '../../../ui/lifecycle-buttons.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import type { Tone } from '../../../ui/theme.ts'
import { When } from '../../../ui/time.tsx'
import { api, print, touched, type Prescription, type Warned } from '../queries.ts'
import { Items } from './prescription-items.tsx'
import { SignDialog } from './sign-dialog.tsx'

const toneOf: Record<Prescription['state'], Tone> = { draft: 'neutral', finalized: 'info', 'partly-dispensed': 'warn', dispensed: 'good', cancelled: 'neutral' }

export function PrescriptionState({ state }: { state: Prescription['state'] }) {
  const t = useText()
  return <StateBadge label={t(`medications.state.${state}`)} tone={toneOf[state]} />
}

interface CardProps {
  prescription: Prescription
  onEdit?: () => void
  onRepeated: (draft: Warned) => void
}

/** A prescription with the steps this user may take. */
export function PrescriptionCard({ prescription, onEdit, onRepeated }: CardProps) {
  const t = useText()
  const format = useFormat()
  const { can } = useAuth()
  const [isSigning, setSigning] = useState(false)
  const common = { params: { id: prescription.id }, ifMatch: prescription.version }
  const steps: LifecycleStep[] = [
    ...(onEdit === undefined ? [] : [{ step: 'update', label: t('medications.step.update'), run: async () => onEdit() }]),
    { step: 'finalize', label: t('medications.prescription.sign'), isPrimary: true, run: async () => setSigning(true) },
    { step: 'refill', label: t('medications.step.refill'), run: () => api.refill({ ...common, body: {} }) },
    { step: 'repeat', label: t('medications.step.repeat'), run: async () => onRepeated(await api.repeat({ params: common.params, body: { encounterId: prescription.encounterId } })) },
    { step: 'cancel', label: t('medications.step.cancel'), needsReason: true, isDangerous: true, run: (reason) => api.cancel({ ...common, body: { reason } }) },
    { step: 'print', label: t('medications.prescription.print'), run: () => print(prescription.id) },
  ]
  const mayPrescribe = can('medications.prescribe', prescription.facilityId)
  const mine = [...prescription.actions.filter((action) => (action === 'dispense' || action === 'refill' ? can('medications.dispense', prescription.facilityId) : mayPrescribe)), ...(prescription.number === null ? [] : ['print'])]
  return (
    <Stack gap="xs" py="xs" style={{ borderBlockEnd: '1px solid var(--line)' }}>
      <Group gap="xs">
        <PrescriptionState state={prescription.state} />
        <Text size="xs" c="dimmed" className="figures">{[prescription.number, prescription.prescriberName].filter(Boolean).join(' · ')} · <When at={prescription.finalizedAt ?? prescription.createdAt} /></Text>
      </Group>
      <Items prescription={prescription} />
      {prescription.refills === 0 && prescription.validUntil === null ? null : <Text size="xs" c="dimmed">{[prescription.refills === 0 ? '' : t('medications.refillsLeft', { count: prescription.refillsLeft }), prescription.validUntil === null || prescription.state === 'dispensed' || prescription.state === 'cancelled' ? '' : t('medications.validUntil', { day: format.full(prescription.validUntil) })].filter(Boolean).join(' · ')}</Text>}
      <LifecycleButtons size="xs" actions={mine} steps={steps} invalidate={touched(prescription.patientId)} />
      {isSigning ? <SignDialog draft={prescription} onSigned={() => setSigning(false)} onBack={() => setSigning(false)} /> : null}
    </Stack>
  )
}
