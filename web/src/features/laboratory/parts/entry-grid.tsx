import { useRef, useState, type KeyboardEvent } from 'react'
import { Autocomplete, Button, Checkbox, Group, Stack, Table, Text, TextInput } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { unitText } from '#contract/common/units.ts'
import { ApiError } from '../../../kernel/api.ts'
import { errorText, useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { api, type Result, touched } from '../queries.ts'
import { Holds, Previous, rangeOf, ResultState, Value } from './states.tsx'

interface CellProps {
  result: Result
  value: string
  error: string | undefined
  onChange: (value: string) => void
  onKey: (event: KeyboardEvent<HTMLInputElement>) => void
}

function Cell({ result, value, error, onChange, onKey }: CellProps) {
  const unit = unitText(result.unit)
  const shared = { 'aria-label': result.name, size: 'xs', w: unit.length > 10 ? 190 : 150, maxLength: 200, value, error, onKeyDown: onKey } as const
  if (result.choices !== undefined) return <Autocomplete {...shared} data={result.choices} onChange={onChange} />
  return <TextInput {...shared} inputMode={result.valueKind === 'numeric' ? 'decimal' : 'text'} rightSectionWidth={Math.max(64, unit.length * 7 + 12)} rightSection={<Text size="xs" c="dimmed" className="whole"><bdi dir="ltr">{unit}</bdi></Text>} onChange={(event) => onChange(event.currentTarget.value)} />
}

interface NoteProps {
  result: Result
  comment: string | undefined
  onChange: (comment: string) => void
}

/** What stands under a test: the value before, why it is not calculated or waits anew, and a comment to go out with it. */
function Notes({ result, comment, onChange }: NoteProps) {
  const t = useText()
  const said = [...new Set([result.reason, result.comment])].filter(Boolean)
  return (
    <>
      <Previous result={result} />
      {said.map((text) => <Text key={text} size="xs" c="dimmed"><bdi>{text}</bdi></Text>)}
      {comment === undefined ? null : <TextInput size="xs" maw={320} maxLength={1000} aria-label={t('laboratory.comment.of', { name: result.name })} placeholder={t('laboratory.comment')} value={comment} onChange={(event) => onChange(event.currentTarget.value)} />}
    </>
  )
}

const mayEnter = (result: Result): boolean => result.actions.includes('enter') && result.valueKind !== 'culture' && result.valueKind !== 'histopathology'

/** Results of a tube in a grid: Enter and arrows go from field to field, Ctrl+Enter keeps. Judged by the server, which asks about what nobody has. */
export function EntryGrid({ specimenId, version, results }: { specimenId: string; version: number; results: Result[] }) {
  const t = useText()
  const isWide = useMediaQuery('(min-width: 48em)', true, { getInitialValueInEffect: false })
  const [values, setValues] = useState<Record<string, string>>({})
  const [comments, setComments] = useState<Record<string, string>>({})
  const [isConfirmed, setConfirmed] = useState(false)
  const [errors, setErrors] = useState<Record<string, string>>({})
  const table = useRef<HTMLTableElement>(null)
  const entries = results.flatMap((result) => { const value = (values[result.id] ?? '').trim(); return value === '' ? [] : [{ result, value }] })
  const save = useWrite(() => api.enterResults({ params: { id: specimenId }, ifMatch: version, body: { entries: entries.map(({ result, value }) => ({ testId: result.testId, value, comment: comments[result.id] ?? result.comment, ...(isConfirmed ? { isConfirmed } : {}) })) } }), {
    invalidate: touched, done: t('laboratory.entry.kept'), isQuiet: true,
    onDone: () => { setValues({}); setComments({}); setErrors({}); setConfirmed(false) },
  })
  const keep = () => save.mutate(undefined, {
    onError: (error) => {
      const fields = error instanceof ApiError ? error.errors : []
      setErrors(Object.fromEntries(fields.flatMap((field) => { const entry = entries[Number(/^entries\.(\d+)/.exec(field.path)?.[1])]; return entry === undefined ? [] : [[entry.result.id, field.message]] })))
      if (fields.length === 0) notifications.show({ color: 'red', title: t('errors.title'), message: errorText(t, error) })
    },
  })
  const move = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter' && event.ctrlKey) return keep()
    const step = event.key === 'Enter' || event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step === 0 || event.currentTarget.getAttribute('aria-expanded') === 'true') return undefined
    const inputs = [...(table.current?.querySelectorAll<HTMLInputElement>('[data-entry] input') ?? [])]
    event.preventDefault()
    inputs[inputs.indexOf(event.currentTarget) + step]?.focus()
    return undefined
  }
  const isAsked = Object.keys(errors).length > 0
  return (
    <Stack gap="sm">
      <Table.ScrollContainer minWidth={300}>
        <Table ref={table} verticalSpacing={4}>
          <Table.Thead><Table.Tr><Table.Th>{t('laboratory.test')}</Table.Th><Table.Th>{t('laboratory.result')}</Table.Th>{isWide ? <><Table.Th>{t('laboratory.range')}</Table.Th><Table.Th>{t('common.state')}</Table.Th></> : null}</Table.Tr></Table.Thead>
          <Table.Tbody>
            {results.map((result) => (
              <Table.Tr key={result.id}>
                <Table.Td>
                  {result.name}
                  <Notes result={result} comment={(values[result.id] ?? '').trim() === '' ? undefined : (comments[result.id] ?? result.comment)} onChange={(comment) => setComments((all) => ({ ...all, [result.id]: comment }))} />
                  {isWide ? null : <Group gap={4}><Text size="xs" c="dimmed"><bdi dir="ltr">{rangeOf(result.range)}</bdi></Text>{result.state === 'pending' ? null : <ResultState result={result} />}<Holds holds={result.holds} /></Group>}
                </Table.Td>
                <Table.Td>
                  <Group gap={4} data-entry>
                    {mayEnter(result) ? <Cell result={result} value={values[result.id] ?? ''} error={errors[result.id]} onChange={(value) => setValues((all) => ({ ...all, [result.id]: value }))} onKey={move} /> : null}
                    {result.value === '' ? null : <Value result={result} />}
                  </Group>
                </Table.Td>
                {isWide ? (
                  <>
                    <Table.Td className="figures"><bdi dir="ltr">{rangeOf(result.range)}</bdi></Table.Td>
                    <Table.Td><Group gap={4}><ResultState result={result} /><Holds holds={result.holds} /></Group></Table.Td>
                  </>
                ) : null}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {results.some(mayEnter) ? (
        <Group justify="end">
          {isAsked ? <Checkbox label={t('laboratory.entry.confirm')} checked={isConfirmed} onChange={(event) => setConfirmed(event.currentTarget.checked)} /> : null}
          <Button disabled={entries.length === 0} loading={save.isPending} onClick={keep}>{t('laboratory.entry.keep')}</Button>
        </Group>
      ) : null}
    </Stack>
  )
}
