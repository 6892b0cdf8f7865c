import { useEffect, useRef, useState } from 'react'
import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core'
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

const refillChoices = Array.from({ length: 12 }, (_value, count) => String(count))

/** How often it may be handed out again and how long it is good, as typed; empty days are the hospital's own. */
interface Longer {
  refills: string
  validDays: string
}

interface Typed {
  lines: Line[]
  longer?: Longer | undefined
  /** The version of the draft that was being changed. */
  version?: number | undefined
}

/** Lines that outlive a closed window; those of a draft that has changed since are left alone. */
function useLines(before: Prescription | undefined, subject: string, version: number | undefined) {
  const [lines, show] = useState<Line[]>(before === undefined ? [] : toLines(before))
  const [longer, showLonger] = useState<Longer>({ refills: String(before?.refills ?? 0), validDays: '' })
  const [isRestored, setRestored] = useState(false)
  const isTouched = useRef(false)
  const draft = useDraft<Typed>('medications.prescription', subject)
  useEffect(() => {
    if (!draft.restored || isTouched.current || draft.restored.version !== version || draft.restored.lines.length === 0) return
    // What was typed before this field was known has none.
    show(draft.restored.lines.map((line) => ({ ...line, countedIn: line.countedIn ?? [] })))
    if (draft.restored.longer !== undefined) showLonger(draft.restored.longer)
    setRestored(true)
  }, [draft.restored])
  const setLines = (next: Line[]) => {
    isTouched.current = true
    show(next)
    draft.save({ lines: next, longer, version })
  }
  const setLonger = (next: Longer) => {
    isTouched.current = true
    showLonger(next)
    draft.save({ lines, longer: next, version })
  }
  return { lines, setLines, longer, setLonger, isRestored, forget: draft.clear }
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

const bodyOf = (lines: readonly Line[], { refills, validDays }: Longer) => ({ items: toItems(lines), refills: Number(refills) || 0, ...(validDays.trim() === '' ? {} : { validDays: Number(validDays) }) })

function LongerFields({ longer, errors, onChange }: { longer: Longer; errors: Record<string, string>; onChange: (next: Longer) => void }) {
  const t = useText()
  return (
    <Group align="start">
      <Select w={150} label={t('medications.refills')} allowDeselect={false} data={refillChoices} value={longer.refills} error={errors['refills']} onChange={(refills) => onChange({ ...longer, refills: refills ?? '0' })} />
      <TextInput w={190} inputMode="numeric" label={t('medications.validDays')} placeholder={t('medications.validDays.usual')} maxLength={3} value={longer.validDays} error={errors['validDays']} onChange={(event) => onChange({ ...longer, validDays: event.currentTarget.value.trim() })} />
    </Group>
  )
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
  const { lines, setLines, longer, setLonger, isRestored, forget } = useLines(before, kept?.id ?? encounterId, kept?.version)
  const save = useWrite(
    async (_isFinal: boolean) => {
      const body = bodyOf(lines, longer)
      const answer = kept === undefined ? await api.prescribe({ body: { encounterId, ...body } }) : await api.updatePrescription({ params: { id: kept.id }, body, ifMatch: kept.version })
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
    const checked = medications.updatePrescription.body.safeParse(bodyOf(lines, longer))
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
      {isEmpty ? null : <LongerFields longer={longer} errors={errors} onChange={setLonger} />}
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
