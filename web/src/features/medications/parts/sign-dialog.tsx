import { useState } from 'react'
import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { Loading } from '../../../ui/states.tsx'
import { api, safetyQuery, touched, type Prescription, type Warned } from '../queries.ts'
import { AllergyWarnings } from './allergy-warnings.tsx'
import { Items } from './prescription-items.tsx'
import { openAlerts, overridesOf, SafetyAlerts } from './safety-alerts.tsx'

interface SignDialogProps {
  draft: Prescription & Partial<Pick<Warned, 'warnings'>>
  onSigned: (prescription: Prescription) => void
  onBack: () => void
}

/** What will be signed, and what speaks against it, before it cannot be changed any more. */
export function SignDialog({ draft, onSigned, onBack }: SignDialogProps) {
  const t = useText()
  const [reasons, setReasons] = useState<Record<string, string>>({})
  const checked = useQuery(safetyQuery(draft))
  const alerts = checked.data?.alerts ?? []
  const warnings = draft.warnings ?? []
  const open = openAlerts(alerts, reasons)
  const isWarned = warnings.length > 0 || alerts.some((one) => one.severity !== 'inform')
  const sign = useWrite(() => api.finalize({ params: { id: draft.id }, body: { overrides: overridesOf(alerts, reasons) }, ifMatch: draft.version }), { invalidate: touched(draft.patientId), onDone: onSigned })
  return (
    <Modal opened onClose={onBack} title={t('medications.prescription.sign')}>
      <Stack>
        <AllergyWarnings warnings={warnings} />
        {checked.isLoading ? <Loading rows={1} /> : <SafetyAlerts alerts={alerts} reasons={reasons} onReason={(key, reason) => setReasons({ ...reasons, [key]: reason })} />}
        <Items prescription={draft} />
        <Text size="sm">{t('medications.prescription.signConfirm')}</Text>
        <Group justify="end">
          <Button variant="default" data-autofocus={isWarned || undefined} onClick={onBack}>{t('common.back')}</Button>
          <Button data-autofocus={isWarned ? undefined : true} loading={sign.isPending || checked.isLoading} disabled={open.length > 0} onClick={() => sign.mutate(undefined)}>{t(isWarned ? 'medications.prescription.signAnyway' : 'medications.prescription.sign')}</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
