import { useState } from 'react'
import { Button, Group, SegmentedControl, Stack, Textarea, TextInput } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { api, type Result, touched } from '../queries.ts'

const kinds = ['amended', 'corrected', 'final'] as const

/** A new version of what was released; whoever read the earlier one is told. */
export function AmendForm({ result, onDone }: { result: Result; onDone: () => void }) {
  const t = useText()
  const [value, setValue] = useState(result.value)
  const [comment, setComment] = useState(result.comment)
  const [reason, setReason] = useState('')
  const [status, setStatus] = useState<(typeof kinds)[number]>(result.status === 'preliminary' ? 'final' : 'corrected')
  const isPlain = result.valueKind !== 'culture' && result.valueKind !== 'histopathology'
  const save = useWrite(() => api.amend({ params: { id: result.id }, ifMatch: result.version, body: { status, reason, ...(comment === result.comment ? {} : { comment }), ...(isPlain ? { value } : {}) } }), { invalidate: touched, done: t('laboratory.amended'), onDone })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (reason.trim() !== '' && value.trim() !== '') save.mutate(undefined)
      }}
    >
      <Stack gap="sm">
        <SegmentedControl aria-label={t('laboratory.amend.kind')} data={kinds.map((one) => ({ value: one, label: t(`laboratory.status.${one}`) }))} value={status} onChange={(next) => setStatus(kinds.find((one) => one === next) ?? status)} />
        {isPlain ? <TextInput label={t('laboratory.result')} withAsterisk maxLength={200} value={value} onChange={(event) => setValue(event.currentTarget.value)} /> : null}
        <Textarea label={t('laboratory.comment')} autosize minRows={1} maxLength={1000} value={comment} onChange={(event) => setComment(event.currentTarget.value)} />
        <Textarea label={t('common.reason')} withAsterisk autosize minRows={2} maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
        <Group justify="end">
          <Button variant="default" onClick={onDone}>{t('common.cancel')}</Button>
          <Button type="submit" disabled={reason.trim() === '' || value.trim() === ''} loading={save.isPending}>{t('laboratory.amend')}</Button>
        </Group>
      </Stack>
    </form>
  )
}
