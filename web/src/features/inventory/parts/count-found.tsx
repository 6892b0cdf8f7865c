import { ActionIcon, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { api, type Item } from '../queries.ts'

/** A batch that lay in the store and not on its sheet: a known lot, or one that is described. */
export interface FoundBatch {
  key: string
  item: Item
  lotId: string
  batch: string
  expiresOn: string
  counted: string
  reason: string
}

/** The line that is sent for it. */
export const foundLine = (row: FoundBatch) => ({
  ...(row.lotId === '' ? { itemId: row.item.id, lot: { batch: row.batch, ...(row.expiresOn === '' ? {} : { expiresOn: row.expiresOn }) } } : { lotId: row.lotId }), counted: row.counted, reason: row.reason.trim(),
})

interface FoundProps {
  rows: readonly FoundBatch[]
  /** Lots that stand on the sheet already. */
  inSheet: readonly string[]
  errorOf: (index: number, path: string) => string | undefined
  onChange: (rows: FoundBatch[]) => void
}

function Found({ row, inSheet, error, onChange, onRemove }: { row: FoundBatch; inSheet: readonly string[]; error: (path: string) => string | undefined; onChange: (change: Partial<FoundBatch>) => void; onRemove: () => void }) {
  const t = useText()
  const format = useFormat()
  const lots = useQuery({ queryKey: ['inventory', 'lots', row.item.id], queryFn: ({ signal }) => api.listLots({ query: { itemId: row.item.id, limit: 100 }, signal }) })
  const choices = (lots.data?.items ?? []).filter((lot) => !inSheet.includes(lot.id)).map((lot) => ({ value: lot.id, label: [lot.batch, format.day(lot.expiresOn)].join(' · ') }))
  return (
    <Group align="start" aria-label={row.item.name} role="group">
      <Text size="sm" w={160}><bdi>{row.item.name}</bdi> <Text span size="xs" c="dimmed">{row.item.baseUnit}</Text></Text>
      <Select size="sm" label={t('inventory.batch')} data={[{ value: '', label: t('inventory.count.newBatch') }, ...choices]} value={row.lotId} allowDeselect={false} error={error('lotId')} onChange={(lotId) => onChange({ lotId: lotId ?? '' })} />
      {row.lotId === '' ? <><TextInput size="sm" w={120} label={t('inventory.count.batchNumber')} maxLength={60} value={row.batch} error={error('lot.batch')} onChange={(event) => onChange({ batch: event.currentTarget.value })} /><TextInput size="sm" w={120} label={t('inventory.expires')} placeholder="YYYY-MM" value={row.expiresOn} error={error('lot.expiresOn')} onChange={(event) => onChange({ expiresOn: event.currentTarget.value.trim() })} /></> : null}
      <TextInput size="sm" w={100} inputMode="decimal" label={t('inventory.count.counted')} value={row.counted} error={error('quantity') ?? error('counted')} onChange={(event) => onChange({ counted: event.currentTarget.value.trim() })} />
      <TextInput size="sm" label={t('common.reason')} maxLength={200} value={row.reason} onChange={(event) => onChange({ reason: event.currentTarget.value })} />
      <ActionIcon variant="subtle" size="lg" mt="lg" aria-label={`${t('common.remove')}: ${row.item.name}`} onClick={onRemove}><IconTrash size={16} aria-hidden /></ActionIcon>
    </Group>
  )
}

/** Batches that were found beside the sheet. */
export function FoundBatches({ rows, inSheet, errorOf, onChange }: FoundProps) {
  const t = useText()
  if (rows.length === 0) return null
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600}>{t('inventory.count.found')}</Text>
      {rows.map((row, index) => <Found key={row.key} row={row} inSheet={inSheet} error={(path) => errorOf(index, path)} onChange={(change) => onChange(rows.map((one) => (one === row ? { ...one, ...change } : one)))} onRemove={() => onChange(rows.filter((one) => one !== row))} />)}
    </Stack>
  )
}
