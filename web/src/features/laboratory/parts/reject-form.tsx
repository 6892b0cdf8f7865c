import { useState } from 'react'
import { Button, Checkbox, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import { rejectCause } from '#contract/laboratory-flow.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { api, type Specimen, touched } from '../queries.ts'

interface RejectProps {
  specimen: Specimen
  onDone: () => void
}

type Portions = NonNullable<Awaited<ReturnType<typeof api.reject>>['portions']>

/** Why a tube is not fit, from a list with words beside it, and whether a new one is asked for. */
function RejectForm({ specimen, onDone }: RejectProps) {
  const t = useText()
  const [causeText, setCause] = useState<string | null>(null)
  const [words, setWords] = useState('')
  const [isRecollected, setRecollected] = useState(true)
  const [portions, setPortions] = useState<Portions>([])
  const cause = rejectCause.safeParse(causeText).data
  const isMissing = cause === undefined || (cause === 'other' && words.trim() === '')
  const reasonOf = () => (cause === undefined || cause === 'other' ? words.trim() : [t(`laboratory.reject.${cause}`), words.trim()].filter(Boolean).join(': '))
  const reject = useWrite(() => api.reject({ params: { id: specimen.id }, ifMatch: specimen.version, body: { reason: reasonOf(), ...(cause === undefined ? {} : { cause }), isRecollected } }), {
    invalidate: touched,
    onDone: (answer) => {
      if ((answer.portions ?? []).length === 0) onDone()
      else setPortions(answer.portions ?? [])
    },
  })
  if (portions.length > 0) {
    return (
      <Stack>
        <Text fw={600}>{t('laboratory.reject.portions')}</Text>
        {portions.map((one) => <Text key={one.id} size="sm"><span className="figures">{one.number}</span> · {t(`laboratory.specimen.${one.wasState}`)}{one.sentTo === '' ? '' : ` · ${t('laboratory.reject.portionSent', { name: one.sentTo })}`}</Text>)}
        <Group justify="end"><Button data-autofocus onClick={onDone}>{t('common.back')}</Button></Group>
      </Stack>
    )
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!isMissing) reject.mutate(undefined)
      }}
    >
      <Stack>
        <Select data-autofocus label={t('common.reason')} withAsterisk allowDeselect={false} data={rejectCause.options.map((value) => ({ value, label: t(`laboratory.reject.${value}`) }))} value={causeText} onChange={setCause} />
        <TextInput label={t('laboratory.reject.words')} withAsterisk={cause === 'other'} maxLength={200} value={words} onChange={(event) => setWords(event.currentTarget.value)} />
        <Checkbox label={t('laboratory.reject.again')} checked={isRecollected} onChange={(event) => setRecollected(event.currentTarget.checked)} />
        {isRecollected ? null : <Text size="sm" c="dimmed">{t('laboratory.reject.noneHint')}</Text>}
        <Group justify="end">
          <Button variant="default" onClick={onDone}>{t('common.back')}</Button>
          <Button type="submit" loading={reject.isPending} disabled={isMissing}>{t('laboratory.step.reject')}</Button>
        </Group>
      </Stack>
    </form>
  )
}

export function RejectButton({ specimen, size }: { specimen: Specimen; size: 'xs' | 'sm' }) {
  const t = useText()
  const [isOpen, setOpen] = useState(false)
  const close = () => setOpen(false)
  return (
    <>
      <Button size={size} variant="default" onClick={() => setOpen(true)}>{t('laboratory.step.reject')}</Button>
      <Modal opened={isOpen} onClose={close} title={t('laboratory.step.reject')}>{isOpen ? <RejectForm specimen={specimen} onDone={close} /> : null}</Modal>
    </>
  )
}
