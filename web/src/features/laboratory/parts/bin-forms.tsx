import { useState } from 'react'
import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { analytesQuery, type Binned, lines } from '../queries.ts'

interface BinFormProps {
  binned: Binned
  onDone: () => void
}

function What({ binned }: { binned: Binned }) {
  return <Text size="sm"><bdi dir="ltr">{[binned.specimenNumber, binned.code, binned.value, binned.unit].filter(Boolean).join(' · ')}</bdi></Text>
}

/** Which waiting result a reading of the bin is, found by tube, patient or test. */
export function MatchForm({ binned, onDone }: BinFormProps) {
  const t = useText()
  const [resultId, setResultId] = useState<string | null>(null)
  const [text, setText] = useState('')
  const [search] = useDebouncedValue(text.trim(), 200)
  const query = useQuery({ queryKey: ['laboratory', 'results', 'to-match', binned.id, search], queryFn: ({ signal }) => lines.findCandidates({ params: { id: binned.id }, body: { text: search }, signal }), gcTime: 0 })
  const save = useWrite(() => lines.match({ params: { id: binned.id }, ifMatch: binned.version, body: { resultId: resultId ?? '' } }), { invalidate: [['laboratory']], done: t('laboratory.bin.matched'), onDone })
  const data = (query.data?.items ?? []).map((one) => ({ value: one.resultId, label: `${one.specimenNumber} · ${one.name} · ${one.patientName} · ${one.patientMrn}` }))
  const shown = data.find((one) => one.value === resultId)?.label ?? ''
  return (
    <Stack>
      <What binned={binned} />
      <Select
        searchable label={t('laboratory.bin.which')} placeholder={t('instruments.bin.search')} nothingFoundMessage={t('instruments.bin.none')} data={data} value={resultId} onChange={setResultId}
        filter={({ options }) => options} onSearchChange={(typed) => { if (typed !== shown) setText(typed.slice(0, 80)) }}
      />
      <Group justify="end"><Button disabled={resultId === null} loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('laboratory.bin.match')}</Button></Group>
    </Stack>
  )
}

/** Which test an instrument means by a code: it joins the driver, and what waits under it is taken again. */
export function MapForm({ binned, onDone }: BinFormProps) {
  const t = useText()
  const [testId, setTestId] = useState<string | null>(null)
  const [unit, setUnit] = useState('')
  const tests = useQuery(analytesQuery).data?.items ?? []
  const save = useWrite(() => lines.mapCode({ params: { id: binned.id }, body: { testId: testId ?? '', ...(unit.trim() === '' ? {} : { unit: unit.trim() }) } }), { invalidate: [['laboratory']], onDone, done: t('instruments.bin.mapped') })
  return (
    <Stack>
      <What binned={binned} />
      <Text size="sm">{t('instruments.bin.mapHint')}</Text>
      <Select searchable label={t('instruments.bin.mapTitle', { code: binned.code })} data={tests.map((test) => ({ value: test.id, label: `${test.code} · ${test.name}` }))} value={testId} onChange={setTestId} />
      <TextInput label={t('laboratory.unit')} description={t('instruments.bin.unitHint')} maxLength={40} value={unit} onChange={(event) => setUnit(event.currentTarget.value)} />
      <Group justify="end"><Button disabled={testId === null} loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('instruments.bin.map')}</Button></Group>
    </Stack>
  )
}
