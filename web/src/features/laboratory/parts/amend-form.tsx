import { useState } from 'react'
import { notifications } from '@mantine/notifications'
import { Button, Checkbox, Group, SegmentedControl, Stack, Textarea, TextInput } from '@mantine/core'
import type { Amendment } from '#contract/laboratory-flow.ts'
import { ApiError } from '../../../kernel/api.ts'
import { errorText, useText } from '../../../kernel/i18n.ts'
import { notice } from '../../../kernel/notice.tsx'
import { useWrite } from '../../../kernel/query.ts'
import { api, type Result, touched } from '../queries.ts'
import { CultureFields, cultureOf, writtenCulture } from './culture-form.tsx'
import { HistologyFields, histologyOf, isNamed } from './histology-form.tsx'

const kinds = ['amended', 'corrected', 'final'] as const
type Changed = Pick<Amendment, 'value' | 'detail' | 'isConfirmed'>

/** What of a result may be said anew: its value, the stage of a culture, the sections of a report. */
function useSaid(result: Result) {
  const t = useText()
  const [value, setValue] = useState(result.value)
  const [isConfirmed, setConfirmed] = useState(false)
  const [culture, setCulture] = useState(() => cultureOf(result))
  const [histology, setHistology] = useState(() => histologyOf(result))
  const [isTouched, setTouched] = useState(false)
  const touch = <V,>(set: (value: V) => void) => (next: V) => { setTouched(true); set(next) }
  if (result.valueKind === 'culture') return { isReady: true, changed: (): Changed => (isTouched ? { detail: writtenCulture(culture) } : {}), fields: () => <CultureFields detail={culture} onChange={touch(setCulture)} /> }
  if (result.valueKind === 'histopathology') return { isReady: isNamed(histology), changed: (): Changed => (isTouched ? { detail: histology } : {}), fields: () => <HistologyFields detail={histology} onChange={touch(setHistology)} /> }
  return {
    isReady: value.trim() !== '',
    changed: (): Changed => (value === result.value ? {} : { value, ...(isConfirmed ? { isConfirmed } : {}) }),
    fields: (error?: string) => (
      <>
        <TextInput label={t('laboratory.result')} withAsterisk maxLength={200} value={value} error={error} onChange={(event) => { setConfirmed(false); setValue(event.currentTarget.value) }} />
        {error === undefined ? null : <Checkbox label={t('laboratory.amend.confirm')} checked={isConfirmed} onChange={(event) => setConfirmed(event.currentTarget.checked)} />}
      </>
    ),
  }
}

/** A new version of what was released; whoever read the earlier one is told. What was not touched is not sent. */
export function AmendForm({ result, onDone }: { result: Result; onDone: () => void }) {
  const t = useText()
  const said = useSaid(result)
  const [comment, setComment] = useState(result.comment)
  const [reason, setReason] = useState('')
  const [absurd, setAbsurd] = useState<string>()
  const [status, setStatus] = useState<(typeof kinds)[number]>(result.status === 'preliminary' ? 'final' : 'corrected')
  const isReady = reason.trim() !== '' && said.isReady
  const save = useWrite(() => api.amend({ params: { id: result.id }, ifMatch: result.version, body: { status, reason, ...(comment === result.comment ? {} : { comment }), ...said.changed() } }), {
    invalidate: touched, isQuiet: true, onDone: (answer) => { notice(t(answer.amendment === null ? 'laboratory.amended' : 'laboratory.amendment.waits'), t('common.undo')); onDone() },
  })
  const send = () => save.mutate(undefined, {
    onError: (error) => {
      const field = error instanceof ApiError ? error.errors.find((one) => one.path === 'value') : undefined
      setAbsurd(field?.message)
      if (field === undefined) notifications.show({ color: 'red', title: t('errors.title'), message: errorText(t, error) })
    },
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) send()
      }}
    >
      <Stack gap="sm">
        <SegmentedControl aria-label={t('laboratory.amend.kind')} data={kinds.map((one) => ({ value: one, label: t(`laboratory.status.${one}`) }))} value={status} onChange={(next) => setStatus(kinds.find((one) => one === next) ?? status)} />
        {said.fields(absurd)}
        <Textarea label={t('laboratory.comment')} autosize minRows={1} maxLength={1000} value={comment} onChange={(event) => setComment(event.currentTarget.value)} />
        <Textarea label={t('common.reason')} withAsterisk autosize minRows={2} maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
        <Group justify="end">
          <Button variant="default" onClick={onDone}>{t('common.cancel')}</Button>
          <Button type="submit" disabled={!isReady} loading={save.isPending}>{t('laboratory.amend')}</Button>
        </Group>
      </Stack>
    </form>
  )
}
