import { useEffect, useState } from 'react'
import { Alert, Button, Group, List, Stack } from '@mantine/core'
import { IconAlertOctagon } from '@tabler/icons-react'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useDraft } from '../../../kernel/draft.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { newLine, toItems, toLines, type Line } from '../form.ts'
import { api, touched, type Prescription, type Warning } from '../queries.ts'
import { LineFields } from './line-fields.tsx'
import { MedicineSearch } from './medicine-search.tsx'

/** Allergies that a medicine meets: strong, in words, and there until the line is gone. */
export function AllergyWarnings({ warnings }: { warnings: readonly Warning[] }) {
  const t = useText()
  if (warnings.length === 0) return null
  return (
    <Alert color="red" variant="outline" role="alert" icon={<IconAlertOctagon aria-hidden />}>
      <List size="sm">
        {warnings.map((warning) => <List.Item key={warning.medicationId + warning.allergy}>{t('medications.warning.allergy', { medication: warning.medicationName, allergy: warning.allergy })}</List.Item>)}
      </List>
    </Alert>
  )
}

interface WriterProps {
  encounterId: string
  patientId: string
  /** A draft to go on with. */
  before?: Prescription | undefined
  onDone: (warnings: readonly Warning[]) => void
  onCancel: () => void
}

/** Writes a prescription: a medicine by typing, then its line; kept as a draft, then signed. */
export function Writer({ encounterId, patientId, before, onDone, onCancel }: WriterProps) {
  const t = useText()
  const [lines, show] = useState<Line[]>(before === undefined ? [] : toLines(before))
  const [errors, setErrors] = useState<Record<string, string>>({})
  const draft = useDraft<{ lines: Line[] }>('medications.prescription', encounterId, before === undefined)
  useEffect(() => {
    if (draft.restored && lines.length === 0) show(draft.restored.lines)
  }, [draft.restored])
  const setLines = (next: Line[]) => {
    show(next)
    setErrors({})
    draft.save({ lines: next })
  }
  const save = useWrite(
    async (isFinal: boolean) => {
      const items = toItems(lines)
      const kept = before === undefined ? await api.prescribe({ body: { encounterId, items } }) : await api.updatePrescription({ params: { id: before.id }, body: { items }, ifMatch: before.version })
      await draft.clear()
      if (isFinal) await api.finalize({ params: { id: kept.id }, body: {}, ifMatch: kept.version })
      return kept.warnings
    },
    { invalidate: touched(patientId), onDone },
  )
  useEffect(() => setErrors(problemToFields(t, save.error)), [save.error])
  const change = (index: number, line: Line | undefined) => setLines(lines.flatMap((one, at) => (at === index ? (line === undefined ? [] : [line]) : [one])))
  const isComplete = lines.length > 0 && lines.every((line) => line.dosage.trim() !== '' && line.frequency.trim() !== '' && Number(line.durationDays) > 0)
  return (
    <Stack gap="sm">
      {lines.map((line, index) => <LineFields key={`${line.medicationId}-${index}`} line={line} index={index} errors={errors} onChange={(next) => change(index, next)} onRemove={() => change(index, undefined)} />)}
      <MedicineSearch onTake={(medicine) => setLines([...lines, newLine(medicine)])} />
      <Group justify="end" gap="xs">
        <Button variant="subtle" onClick={() => void draft.clear().then(onCancel)}>{t('common.cancel')}</Button>
        <Button variant="default" disabled={!isComplete} loading={save.isPending && !save.variables} onClick={() => save.mutate(false)}>{t('medications.prescription.save')}</Button>
        <Button disabled={!isComplete} loading={save.isPending && save.variables} onClick={() => save.mutate(true)}>{t('medications.prescription.sign')}</Button>
      </Group>
    </Stack>
  )
}
