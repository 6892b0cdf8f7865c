import { useState } from 'react'
import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { api, touched, type Prescription } from '../queries.ts'

/** The pharmacist will not hand out: the reason is kept and its prescriber told. */
export function Refuse({ prescription }: { prescription: Prescription }) {
  const t = useText()
  const [isOpen, setOpen] = useState(false)
  const [reason, setReason] = useState('')
  const refuse = useWrite(() => api.refuse({ params: { id: prescription.id }, ifMatch: prescription.version, body: { reason: reason.trim() } }), { invalidate: touched(prescription.patientId), done: t('medications.refused.done'), onDone: () => setOpen(false) })
  return (
    <>
      <Button variant="subtle" color="red" onClick={() => setOpen(true)}>{t('medications.refuse')}</Button>
      <Modal opened={isOpen} onClose={() => setOpen(false)} title={t('medications.refuse')}>
        <form onSubmit={(event) => { event.preventDefault(); refuse.mutate(undefined) }}>
          <Stack>
            <Text size="sm">{t('medications.refuse.means', { prescriber: prescription.prescriberName })}</Text>
            <Textarea data-autofocus label={t('common.reason')} withAsterisk autosize minRows={2} maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
            <Group justify="end"><Button variant="default" onClick={() => setOpen(false)}>{t('common.cancel')}</Button><Button type="submit" color="red" loading={refuse.isPending} disabled={reason.trim() === ''}>{t('medications.refuse')}</Button></Group>
          </Stack>
        </form>
      </Modal>
    </>
  )
}
