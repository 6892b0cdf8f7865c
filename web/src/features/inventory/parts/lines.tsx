import { ActionIcon, Group, Select, Table, Text, TextInput, VisuallyHidden } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { moveInGrid } from '../../../ui/grid-keys.ts'
import type { Taken } from '../public.tsx'
import { api } from '../queries.ts'

/** A line as it is typed. */
export interface TypedLine extends Taken {
  key: number
  quantity: string
  /** A lot that is meant; empty leaves it to the order of expiry. */
  lotId: string
  mrp: string
  cost: string
}

export const typedLine = (taken: Taken, key: number): TypedLine => ({ ...taken, key, quantity: '', lotId: '', mrp: '', cost: '' })

interface LinesProps {
  lines: readonly TypedLine[]
  onChange: (lines: TypedLine[]) => void
  /** Lots are described when goods come in. */
  hasLots: boolean
  /** Lots of this store may be named for what leaves it. */
  lotsIn?: string
  /** Goods come back to a lot there is, also to one of which the store has nothing now. */
  isBack?: boolean
  errors: Record<string, string>
}

interface LotOfProps {
  storeId: string
  line: TypedLine
  isBack: boolean
  error: string | undefined
  onChange: (lotId: string) => void
}

function LotOf({ storeId, line, isBack, error, onChange }: LotOfProps) {
  const t = useText()
  const format = useFormat()
  const here = useQuery({ queryKey: ['inventory', 'lots-in', storeId, line.item.id], queryFn: ({ signal }) => api.listStock({ query: { storeId, itemId: line.item.id, limit: 50 }, signal }), enabled: storeId !== '' && !isBack })
  const all = useQuery({ queryKey: ['inventory', 'lots', line.item.id], queryFn: ({ signal }) => api.listLots({ query: { itemId: line.item.id, limit: 100 }, signal }), enabled: isBack })
  const inStore = (here.data?.items ?? []).map((one) => ({ value: one.lotId, label: [one.batch, format.day(one.expiresOn), `${one.quantity} ${one.unit}`].join(' · ') }))
  const known = (all.data?.items ?? []).map((one) => ({ value: one.id, label: [one.batch, format.day(one.expiresOn)].join(' · ') }))
  return <Select size="sm" w={220} searchable={isBack} allowDeselect={false} placeholder={t('inventory.lot.choose')} aria-label={`${t('inventory.batch')}: ${line.item.name}`} data={isBack ? known : [{ value: '', label: t('inventory.lot.first') }, ...inStore]} value={isBack && line.lotId === '' ? null : line.lotId} error={error} onChange={(lotId) => onChange(lotId ?? '')} />
}

const unitsOf = (line: TypedLine): string[] => [line.item.baseUnit, ...line.item.packs.map((pack) => pack.unit)]

/** Lines of a document: item, quantity in its unit, and for what comes in batch, expiry and price. */
export function Lines({ lines, onChange, hasLots, lotsIn, isBack = false, errors }: LinesProps) {
  const t = useText()
  const set = (key: number, change: Partial<TypedLine>) => onChange(lines.map((line) => (line.key === key ? { ...line, ...change } : line)))
  const fields: { name: 'batch' | 'expiresOn' | 'mrp' | 'cost'; label: string; width: number; path: string }[] = [{ name: 'batch', label: t('inventory.batch'), width: 120, path: 'lot.batch' }, { name: 'expiresOn', label: t('inventory.expires'), width: 120, path: 'lot.expiresOn' }, { name: 'mrp', label: t('inventory.mrp'), width: 100, path: 'lot.mrp.amount' }, { name: 'cost', label: t('inventory.cost'), width: 100, path: 'lot.unitCost.amount' }]
  if (lines.length === 0) return <Text size="sm" c="dimmed">{t('inventory.noLines')}</Text>
  return (
    <Table.ScrollContainer minWidth={hasLots ? 860 : lotsIn === undefined ? 480 : 680}>
      <Table className="folds" onKeyDown={moveInGrid}>
        <Table.Thead><Table.Tr><Table.Th>{t('inventory.item')}</Table.Th><Table.Th>{t('common.quantity')}</Table.Th><Table.Th>{t('inventory.unit')}</Table.Th>{hasLots ? fields.map((field) => <Table.Th key={field.name}>{field.label}</Table.Th>) : lotsIn === undefined ? null : <Table.Th>{t('inventory.batch')}</Table.Th>}<Table.Th><VisuallyHidden>{t('common.remove')}</VisuallyHidden></Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {lines.map((line, index) => (
            <Table.Tr key={line.key}>
              <Table.Td><Text size="sm"><bdi>{line.item.name}</bdi></Text></Table.Td>
              <Table.Td data-label={t('common.quantity')}><TextInput size="sm" w={90} inputMode="decimal" autoFocus={index === lines.length - 1} aria-label={`${t('common.quantity')}: ${line.item.name}`} value={line.quantity} error={errors[`lines.${index}.quantity`]} onChange={(event) => set(line.key, { quantity: event.currentTarget.value.trim() })} /></Table.Td>
              <Table.Td data-label={t('inventory.unit')}><Select size="sm" w={110} allowDeselect={false} aria-label={`${t('inventory.unit')}: ${line.item.name}`} data={unitsOf(line)} value={line.unit} onChange={(unit) => set(line.key, { unit: unit ?? line.item.baseUnit })} /></Table.Td>
              {hasLots ? fields.map((field) => <Table.Td key={field.name} data-label={field.label}><TextInput size="sm" w={field.width} aria-label={`${field.label}: ${line.item.name}`} placeholder={field.name === 'expiresOn' ? 'YYYY-MM' : ''} value={line[field.name]} error={errors[`lines.${index}.${field.path}`]} onChange={(event) => set(line.key, { [field.name]: event.currentTarget.value.trim() })} /></Table.Td>) : lotsIn === undefined ? null : <Table.Td data-label={t('inventory.batch')}><LotOf storeId={lotsIn} line={line} isBack={isBack} error={errors[`lines.${index}.lotId`]} onChange={(lotId) => set(line.key, { lotId })} /></Table.Td>}
              <Table.Td><Group justify="end"><ActionIcon variant="subtle" color="gray" aria-label={`${t('common.remove')}: ${line.item.name}`} onClick={() => onChange(lines.filter((one) => one.key !== line.key))}><IconX size={16} /></ActionIcon></Group></Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
