import { useRef, useState } from 'react'
import { Stack, Table, Text, TextInput } from '@mantine/core'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { moveInGrid } from '../../../ui/grid-keys.ts'
import { Empty } from '../../../ui/states.tsx'
import { ItemSearch, type Taken } from '../public.tsx'
import { api, touched, type StockCount } from '../queries.ts'
import { type FoundBatch, FoundBatches, foundLine } from './count-found.tsx'
import { BatchBelow, BatchHeads } from './fold.tsx'
import { End } from './item-form.tsx'
import { Signed } from './movements.tsx'

type Line = StockCount['lines'][number]
type Typed = Partial<Record<'counted' | 'reason', string>>

const sameBatch = (one: string, other: string): boolean => one.replaceAll(/\s+/g, '').toUpperCase() === other.replaceAll(/\s+/g, '').toUpperCase()

/** What is sent of a line: its count with its reason, once either was typed and there is a count. */
function entered(line: Line, typed: Typed | undefined) {
  const counted = (typed?.counted ?? '') === '' ? (line.counted ?? '') : (typed?.counted ?? '')
  const isTouched = (typed?.counted ?? '') !== '' || (typed?.reason !== undefined && typed.reason !== line.reason)
  return isTouched && counted !== '' ? [{ lotId: line.lotId, counted, reason: (typed?.reason ?? line.reason).trim() }] : []
}

/** The sheet of a stock take: a scan goes to its line, and what lies there beside the sheet is added to it. */
export function CountSheet({ count }: { count: StockCount }) {
  const t = useText()
  const format = useFormat()
  const fields = useRef(new Map<string, HTMLInputElement>())
  const [typed, setTyped] = useState<Record<string, Typed>>({})
  const [added, setAdded] = useState<FoundBatch[]>([])
  const isOpen = count.actions.includes('enter')
  const known = count.lines.flatMap((line) => entered(line, typed[line.lotId]))
  const lines = [...known, ...added.map(foundLine)]
  const enter = useWrite(() => api.enterCount({ params: { id: count.id }, ifMatch: count.version, body: { lines } }), { invalidate: touched, done: t('common.saved'), onDone: () => { setTyped({}); setAdded([]) } })
  const errors = problemToFields(t, enter.error)
  const set = (lotId: string, change: Typed) => setTyped({ ...typed, [lotId]: { ...typed[lotId], ...change } })
  const go = ({ item, batch, expiresOn }: Taken) => {
    const own = count.lines.filter((line) => line.itemId === item.id)
    const line = own.find((one) => sameBatch(one.batch, batch)) ?? (batch === '' ? own[0] : undefined)
    if (line === undefined) setAdded([...added, { key: `${item.id}+${added.length}`, item, lotId: '', batch, expiresOn, counted: '', reason: '' }])
    else fields.current.get(line.lotId)?.focus()
  }
  const rows = count.lines.toSorted((a, b) => a.itemName.localeCompare(b.itemName) || (a.expiresOn ?? '').localeCompare(b.expiresOn ?? ''))
  return (
    <Stack>
      {isOpen ? <ItemSearch label={t('inventory.count.scan')} onTake={go} /> : null}
      {rows.length === 0 ? <Empty title={t('inventory.empty')} /> : (
        <Table.ScrollContainer minWidth={320}>
          <Table onKeyDown={moveInGrid}>
            <Table.Thead><Table.Tr><Table.Th>{t('inventory.item')}</Table.Th><BatchHeads /><Table.Th ta="end">{t('inventory.count.expected')}</Table.Th><Table.Th ta="end">{t('inventory.count.counted')}</Table.Th><Table.Th ta="end">{t('inventory.count.variance')}</Table.Th><Table.Th>{t('common.reason')}</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>
              {rows.map((line) => {
                const own = typed[line.lotId]
                const isCounted = line.counted !== null || (own?.counted ?? '') !== ''
                const name = `${line.itemName} ${line.batch}`
                return (
                  <Table.Tr key={line.id}>
                    <Table.Td><bdi>{line.itemName}</bdi><BatchBelow batch={line.batch} expiresOn={line.expiresOn} /></Table.Td><Table.Td visibleFrom="sm"><bdi>{line.batch}</bdi></Table.Td><Table.Td visibleFrom="sm">{format.day(line.expiresOn)}</Table.Td><Table.Td ta="end">{line.expected ?? '?'}</Table.Td>
                    <Table.Td ta="end">{isOpen ? <TextInput ref={(field) => { if (field === null) fields.current.delete(line.lotId); else fields.current.set(line.lotId, field) }} size="sm" w={100} ms="auto" inputMode="decimal" aria-label={`${t('inventory.count.counted')}: ${name}`} placeholder={line.counted ?? ''} value={own?.counted ?? ''} error={errors[`lines.${known.findIndex((one) => one.lotId === line.lotId)}.quantity`]} onChange={(event) => set(line.lotId, { counted: event.currentTarget.value.trim() })} /> : (line.counted ?? '–')}</Table.Td>
                    <Table.Td ta="end"><Text span size="sm" fw={line.variance !== null && line.variance !== '0' ? 600 : 400}>{line.variance === null ? '–' : <Signed quantity={line.variance} />}</Text></Table.Td>
                    <Table.Td>{isOpen && isCounted ? <TextInput size="sm" miw={120} maxLength={200} aria-label={`${t('common.reason')}: ${name}`} value={own?.reason ?? line.reason} onChange={(event) => set(line.lotId, { reason: event.currentTarget.value })} /> : <bdi>{line.reason}</bdi>}</Table.Td>
                  </Table.Tr>
                )
              })}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <FoundBatches rows={added} inSheet={count.lines.map((line) => line.lotId)} errorOf={(index, path) => errors[`lines.${known.length + index}.${path}`]} onChange={setAdded} />
      {isOpen ? <End label={t('common.save')} isPending={enter.isPending} isDisabled={lines.length === 0 || lines.some((line) => line.counted === '')} onGo={() => enter.mutate(undefined)} /> : null}
    </Stack>
  )
}
