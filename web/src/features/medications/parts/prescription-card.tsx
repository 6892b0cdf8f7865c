import { Fragment } from 'react'
import { Group, Stack, Text } from '@mantine/core'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { LifecycleButtons, type LifecycleStep } from '../../../ui/lifecycle-buttons.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import type { Tone } from '../../../ui/theme.ts'
import { When } from '../../../ui/time.tsx'
import { grammar } from '../form.ts'
import { api, print, touched, type Prescription, type Warned } from '../queries.ts'

const toneOf: Record<Prescription['state'], Tone> = { draft: 'neutral', finalized: 'info', 'partly-dispensed': 'warn', dispensed: 'good', cancelled: 'neutral' }

export function PrescriptionState({ state }: { state: Prescription['state'] }) {
  const t = useText()
  return <StateBadge label={t(`medications.state.${state}`)} tone={toneOf[state]} />
}

type Item = Prescription['items'][number]

/** An item as it is read aloud; each part keeps its own direction, or 1-0-0 would turn round beside an Arabic word. */
function Spoken({ item }: { item: Item }) {
  const t = useText()
  const parts = [item.dosage, item.frequency, t('medications.item.days', { count: item.durationDays }), ...grammar[item.system].flatMap((name) => item.instructions[name] ?? [])]
  return parts.map((part, index) => (
    <Fragment key={index}>
      {index === 0 ? ' ' : ', '}
      <bdi>{part}</bdi>
    </Fragment>
  ))
}

export function Items({ prescription }: { prescription: Pick<Prescription, 'items'> }) {
  const t = useText()
  return (
    <Stack gap={4}>
      {prescription.items.map((item) => (
        <Group key={item.id} justify="space-between" wrap="nowrap" align="start">
          <Text size="sm"><b><bdi>{item.name}</bdi></b><Spoken item={item} /></Text>
          <Text size="sm" c="dimmed" className="figures" style={{ whiteSpace: 'nowrap' }}>{item.dispensedQuantity === '0' ? item.quantity : t('medications.item.dispensed', { dispensed: item.dispensedQuantity, quantity: item.quantity })}</Text>
        </Group>
      ))}
    </Stack>
  )
}

interface CardProps {
  prescription: Prescription
  onEdit?: () => void
  onRepeated: (draft: Warned) => void
}

/** A prescription with the steps this user may take. */
export function PrescriptionCard({ prescription, onEdit, onRepeated }: CardProps) {
  const t = useText()
  const { can } = useAuth()
  const common = { params: { id: prescription.id }, ifMatch: prescription.version }
  const steps: LifecycleStep[] = [
    ...(onEdit === undefined ? [] : [{ step: 'update', label: t('medications.step.update'), run: async () => onEdit() }]),
    { step: 'finalize', label: t('medications.prescription.sign'), isPrimary: true, confirm: t('medications.prescription.signConfirm'), run: () => api.finalize({ ...common, body: {} }) },
    { step: 'repeat', label: t('medications.step.repeat'), run: async () => onRepeated(await api.repeat({ params: common.params, body: { encounterId: prescription.encounterId } })) },
    { step: 'cancel', label: t('medications.step.cancel'), needsReason: true, isDangerous: true, run: (reason) => api.cancel({ ...common, body: { reason } }) },
    { step: 'print', label: t('medications.prescription.print'), run: () => print(prescription.id) },
  ]
  const mayPrescribe = can('medications.prescribe', prescription.facilityId)
  const mine = [...prescription.actions.filter((action) => (action === 'dispense' ? can('medications.dispense', prescription.facilityId) : mayPrescribe)), ...(prescription.number === null ? [] : ['print'])]
  return (
    <Stack gap="xs" py="xs" style={{ borderBlockEnd: '1px solid var(--line)' }}>
      <Group gap="xs">
        <PrescriptionState state={prescription.state} />
        <Text size="xs" c="dimmed" className="figures">{[prescription.number, prescription.prescriberName].filter(Boolean).join(' · ')} · <When at={prescription.finalizedAt ?? prescription.createdAt} /></Text>
      </Group>
      <Items prescription={prescription} />
      <LifecycleButtons size="xs" actions={mine} steps={steps} invalidate={touched(prescription.patientId)} />
    </Stack>
  )
}
