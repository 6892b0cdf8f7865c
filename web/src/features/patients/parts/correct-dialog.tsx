import { useState } from 'react'
import { Alert, Button, Group, Modal, Stack, Table, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconArrowRight } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type Correction, type CorrectionBatch, type Inconsistency, type PreviewedCorrection } from '#contract/patients-cleaning.ts'
import { sex } from '#contract/patients.ts'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { fullName } from '../../../ui/patient-banner.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { cleaning } from '../queries.ts'
import { CorrectFields, isWhole, kindsFor } from './correct-fields.tsx'

const touched = [['patients']]

/** Names of fields as the form of a patient calls them. */
export function useFieldName(): (field: string) => string {
  const t = useText()
  const keys: Record<string, string> = { phones: 'common.phone', email: 'common.email', city: 'patients.address.city', state: 'patients.address.state', postcode: 'patients.address.postcode', country: 'patients.address.country', deceasedAt: 'patients.correct.deceased' }
  return (field) => t(keys[field] ?? `patients.field.${field}`)
}

function Changed({ change }: { change: PreviewedCorrection['changes'][number] }) {
  const t = useText()
  const format = useFormat()
  const nameOf = useFieldName()
  const shown = (value: string) => {
    if (value === '') return '–'
    const known = change.field === 'sex' ? sex.safeParse(value).data : undefined
    return known === undefined ? (/^\d{4}-\d\d-\d\d$/.test(value) ? format.day(value) : value) : t(`patients.sex.${known}`)
  }
  return (
    <Text size="sm">
      {nameOf(change.field)}: <Text span inherit td="line-through" c="dimmed"><bdi>{shown(change.before)}</bdi></Text> <IconArrowRight size={14} className="flip" aria-label={t('patients.correct.becomes')} /> <Text span inherit fw={600}><bdi>{shown(change.after)}</bdi></Text>
    </Text>
  )
}

function Preview({ items }: { items: readonly PreviewedCorrection[] }) {
  const t = useText()
  const count = items.filter((one) => one.changes.length > 0).length
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600} role="status">{t('patients.correct.preview', { count, all: items.length })}</Text>
      <Table.ScrollContainer minWidth={320} mah={280} tabIndex={0}>
        <Table stickyHeader verticalSpacing={6}>
          <Table.Thead><Table.Tr><Table.Th>{t('common.patient')}</Table.Th><Table.Th>{t('patients.correct.changes')}</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {items.map((one) => (
              <Table.Tr key={one.id}>
                <Table.Td><Text size="sm"><bdi>{fullName(one.patient)}</bdi></Text><Text size="xs" c="dimmed">{one.patient.mrn}</Text></Table.Td>
                <Table.Td>{one.changes.length === 0 ? <Text size="sm" c="dimmed">{t('patients.correct.nothing')}</Text> : one.changes.map((change) => <Changed key={change.field} change={change} />)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  )
}

interface CorrectDialogProps {
  patientIds: string[]
  rule: Inconsistency | undefined
  onClose: (isDone: boolean) => void
}

/** Corrects the records that are chosen: what would change stands there before it changes. */
export function CorrectDialog({ patientIds, rule, onClose }: CorrectDialogProps) {
  const t = useText()
  const kinds = kindsFor(rule)
  const [correction, setCorrection] = useState<Correction>({ kind: kinds[0] ?? 'tidy-name' })
  const [reason, setReason] = useState('')
  const [left, setLeft] = useState(0)
  const [wanted] = useDebouncedValue(correction, 250)
  const preview = useQuery({ queryKey: ['patients', 'correction', wanted, patientIds], queryFn: ({ signal }) => cleaning.previewCorrection({ body: { correction: wanted, patientIds }, signal }), enabled: isWhole(wanted), gcTime: 0, staleTime: 0 })
  const changing = (preview.data?.items ?? []).filter((one) => one.changes.length > 0)
  const undo = (batch: CorrectionBatch) => cleaning.undoCorrection({ params: { id: batch.id }, body: {} })
  const apply = useWrite(() => cleaning.correct({ body: { correction: wanted, records: changing.map(({ id, version }) => ({ id, version })), reason: reason.trim() } }), {
    invalidate: touched, done: t('patients.correct.done'), undo,
    onDone: ({ outcomes, corrected }) => (outcomes.length === corrected ? onClose(true) : setLeft(outcomes.length - corrected)),
  })
  const isReady = wanted === correction && isWhole(correction) && changing.length > 0 && reason.trim() !== ''
  return (
    <Modal opened onClose={() => onClose(left > 0)} size="lg" title={t('patients.correct.title', { count: patientIds.length })}>
      <form onSubmit={(event) => { event.preventDefault(); apply.mutate(undefined) }}>
        <Stack>
          {left === 0 ? null : <Alert variant="outline" role="alert">{t('patients.correct.left', { count: left })}</Alert>}
          <CorrectFields kinds={kinds} correction={correction} onChange={setCorrection} />
          {isWhole(wanted) ? <Loaded query={preview} rows={3}>{(data) => <Preview items={data.items} />}</Loaded> : null}
          <TextInput label={t('common.reason')} withAsterisk maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
          <Group justify="end">
            <Button variant="default" onClick={() => onClose(left > 0)}>{t(left > 0 ? 'common.close' : 'common.cancel')}</Button>
            <Button type="submit" loading={apply.isPending} disabled={!isReady}>{t('patients.correct.go', { count: changing.length })}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
