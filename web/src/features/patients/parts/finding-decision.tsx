import { useState } from 'react'
import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import type { PatientFinding } from '#contract/patients-cleaning.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { fullName } from '../../../ui/patient-banner.tsx'
import { cleaning } from '../queries.ts'

const touched = [['patients', 'findings']]

/** It is right as it is, with the reason; or it is to be looked at again. */
export function FindingDecision({ finding }: { finding: PatientFinding }) {
  const t = useText()
  const [isOpen, setOpen] = useState(false)
  const [reason, setReason] = useState('')
  const reopen = () => cleaning.reopenFinding({ params: { id: finding.id }, body: {} })
  const again = useWrite(reopen, { invalidate: touched })
  const accept = useWrite(() => cleaning.acceptFinding({ params: { id: finding.id }, body: { reason: reason.trim() } }), { invalidate: touched, done: t('patients.findings.acceptDone'), undo: reopen, onDone: () => setOpen(false) })
  if (finding.state === 'accepted') return <Button size="xs" variant="default" loading={again.isPending} onClick={() => again.mutate(undefined)}>{t('patients.findings.reopen')}</Button>
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setOpen(true)}>{t('patients.findings.accept')}</Button>
      <Modal opened={isOpen} onClose={() => setOpen(false)} title={t('patients.findings.accept')}>
        <form onSubmit={(event) => { event.preventDefault(); accept.mutate(undefined) }}>
          <Stack>
            <Text size="sm"><bdi>{fullName(finding.patient)}</bdi> · {t(`patients.finding.${finding.rule}`)}</Text>
            <Textarea data-autofocus label={t('common.reason')} description={t('patients.findings.acceptMeans')} withAsterisk autosize minRows={2} maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
            <Group justify="end"><Button variant="default" onClick={() => setOpen(false)}>{t('common.cancel')}</Button><Button type="submit" loading={accept.isPending} disabled={reason.trim() === ''}>{t('patients.findings.accept')}</Button></Group>
          </Stack>
        </form>
      </Modal>
    </>
  )
}
