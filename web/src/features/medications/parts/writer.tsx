import { useEffect, useRef, useState } from 'react'
import { Button, Group, Stack, Text } from '@mantine/core'
import { medications } from '#contract/medications.ts'
import { useDraft } from '../../../kernel/draft.ts'
import { issuesToFields, problemToFields } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { newLine, toItems, toLines, type Line } from '../form.ts'
import { api, touched, type Prescription, type Warned } from '../queries.ts'
import { LineFields } from './line-fields.tsx'
import { MedicineSearch } from './medicine-search.tsx'
import { SignDialog } from './sign-dialog.tsx'

interface Typed {
  lines: Line[]
  /** The version of the draft that was being changed. */
  version?: number | undefined
}

/** Lines that outlive a closed window; those of a draft that has changed since are left alone. */
function useLines(before: Prescription | undefined, subject: string, version: number | undefined) {
  const [lines, show] = useState<Line[]>(before === undefined ? [] : toLines(before))
  const [isRestored, setRestored] = useState(false)
  const isTouched = useRef(false)
  const draft = useDraft<Typed>('medications.prescription', subject)
  useEffect(() => {
    if (!draft.restored || isTouched.current || draft.restored.version !== version || draft.restored.lines.length === 0) return
    show(draft.restored.lines)
    setRestored(true)
  }, [draft.restored])
  const setLines = (next: Line[]) => {
    isTouched.current = true
    show(next)
    draft.save({ lines: next, version })
  }
  return { lines, setLines, isRestored, forget: draft.clear }
}

/** What the contract has against the lines; the first such field is shown at once. */
function useErrors() {
  const [errors, setErrors] = useState<Record<string, string>>({})
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (Object.keys(errors).length > 0) box.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [errors])
  return { errors, setErrors, box }
}

interface WriterProps {
  encounterId: string
  patientId: string
  /** A draft to go on with. */
  before?: Prescription | undefined
  /** The draft is on the server, with what speaks against it. */
  onKept: (draft: Warned) => void
  onDone: () => void
}

/** Writes a prescription: a medicine by typing, then its line; kept as a draft, then signed. */
export function Writer({ encounterId, patientId, before, onKept, onDone }: WriterProps) {
  const t = useText()
  const [kept, setKept] = useState(before)
  const [toSign, setToSign] = useState<Warned>()
  const [taken, setTaken] = useState<number>()
  const { errors, setErrors, box } = useErrors()
  const { lines, setLines, isRestored, forget } = useLines(before, kept?.id ?? encounterId, kept?.version)
  const save = useWrite(
    async (_isFinal: boolean) => {
      const items = toItems(lines)
      const answer = kept === undefined ? await api.prescribe({ body: { encounterId, items } }) : await api.updatePrescription({ params: { id: kept.id }, body: { items }, ifMatch: kept.version })
      await forget()
      return answer
    },
    {
      invalidate: touched(patientId),
      onDone: (answer) => {
        setKept(answer)
        onKept(answer)
      },
    },
  )
  useEffect(() => setErrors(problemToFields(t, save.error)), [save.error])
  const send = (isFinal: boolean) => {
    const checked = medications.updatePrescription.body.safeParse({ items: toItems(lines) })
    if (!checked.success) setErrors(issuesToFields(t, checked.error.issues))
    else save.mutate(isFinal, { onSuccess: (answer) => (isFinal ? setToSign(answer) : onDone()) })
  }
  const change = (next: Line[]) => {
    setErrors({})
    setLines(next)
  }
  const replace = (index: number, line: Line | undefined) => change(lines.flatMap((one, at) => (at === index ? (line === undefined ? [] : [line]) : [one])))
  const take = (line: Line) => {
    setTaken(lines.length)
    change([...lines, line])
  }
  const isEmpty = lines.length === 0
  return (
    <Stack ref={box} gap="sm" onKeyDown={(event) => ((event.ctrlKey || event.metaKey) && event.key === 'Enter' && !isEmpty && !save.isPending && toSign === undefined ? send(true) : undefined)}>
      {isRestored ? <Text size="sm" c="dimmed">{t('common.draftRestored')}</Text> : null}
      {lines.map((line, index) => <LineFields key={`${line.medicationId}-${index}`} line={line} index={index} errors={errors} isNew={index === taken} onChange={(next) => replace(index, next)} onRemove={() => replace(index, undefined)} />)}
      <MedicineSearch onTake={(medicine) => take(newLine(medicine))} />
      <Group justify="end" gap="xs">
        <Button variant="subtle" onClick={() => void forget().then(onDone)}>{t('common.cancel')}</Button>
        <Button variant="default" disabled={isEmpty} loading={save.isPending && !save.variables} onClick={() => send(false)}>{t('medications.prescription.save')}</Button>
        <Button disabled={isEmpty} loading={save.isPending && save.variables} onClick={() => send(true)}>{t('medications.prescription.sign')}</Button>
      </Group>
      {toSign === undefined ? null : <SignDialog draft={toSign} onBack={() => setToSign(undefined)} onSigned={onDone} />}
    </Stack>
  )
}
