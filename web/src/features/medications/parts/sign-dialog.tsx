import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { api, touched, type Prescription, type Warned } from '../queries.ts'
import { AllergyWarnings } from './allergy-warnings.tsx'
import { Items } from './prescription-card.tsx'

interface SignDialogProps {
  draft: Warned
  onSigned: (prescription: Prescription) => void
  onBack: () => void
}

/** What will be signed, and what speaks against it, before it cannot be changed any more. */
export function SignDialog({ draft, onSigned, onBack }: SignDialogProps) {
  const t = useText()
  const isWarned = draft.warnings.length > 0
  const sign = useWrite(() => api.finalize({ params: { id: draft.id }, body: {}, ifMatch: draft.version }), { invalidate: touched(draft.patientId), onDone: onSigned })
  return (
    <Modal opened onClose={onBack} title={t('medications.prescription.sign')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Stack>
        <AllergyWarnings warnings={draft.warnings} />
        <Items prescription={draft} />
        <Text size="sm">{t('medications.prescription.signConfirm')}</Text>
        <Group justify="end">
          <Button variant="default" data-autofocus={isWarned || undefined} onClick={onBack}>{t('common.back')}</Button>
          <Button data-autofocus={isWarned ? undefined : true} loading={sign.isPending} onClick={() => sign.mutate(undefined)}>{t(isWarned ? 'medications.prescription.signAnyway' : 'medications.prescription.sign')}</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
