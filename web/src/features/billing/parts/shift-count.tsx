import { useState } from 'react'
import { Button, Group, SegmentedControl, Stack, Table, Text, TextInput } from '@mantine/core'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { moveInGrid } from '../../../ui/grid-keys.ts'
import { Money, MoneyInput } from '../../../ui/money.tsx'
import { api, touched } from '../queries.ts'
import type { Shift } from '../shift-queries.ts'

/** Notes and coins in use, largest first: Reserve Bank of India, «Know your banknotes» and «Coins»; the 2000 rupee note was withdrawn in May 2023. */
const values: Record<string, readonly string[]> = { INR: ['500', '200', '100', '50', '20', '10', '5', '2', '1'] }
const others = ['card', 'upi', 'bank', 'wallet', 'insurance'] as const
const isWhole = (text: string): boolean => /^\d{1,6}$/.test(text)

function Pieces({ of, typed, onType }: { of: readonly string[]; typed: Record<string, string>; onType: (value: string, pieces: string) => void }) {
  const t = useText()
  return (
    <Table onKeyDown={moveInGrid} w="auto" verticalSpacing={4}>
      <Table.Tbody>
        {of.map((value) => (
          <Table.Tr key={value}>
            <Table.Td ta="end" className="figures"><bdi>{value} ×</bdi></Table.Td>
            <Table.Td><TextInput w={96} size="sm" inputMode="numeric" autoComplete="off" aria-label={t('billing.shift.pieces', { value })} value={typed[value] ?? ''} error={(typed[value] ?? '') !== '' && !isWhole(typed[value] ?? '')} onChange={(event) => onType(value, event.currentTarget.value.trim())} /></Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

/** The count of a till, by notes and coins or as a sum; what should be there is told afterwards. */
export function ShiftCount({ shift, onCancel }: { shift: Shift; onCancel?: () => void }) {
  const t = useText()
  const { currency } = shift.openingFloat
  const known = values[currency]
  const [isByPieces, setByPieces] = useState(known !== undefined)
  const [pieces, setPieces] = useState<Record<string, string>>({})
  const [sums, setSums] = useState<Record<string, string>>({})
  const denominations = Object.entries(pieces).flatMap(([value, text]) => (isWhole(text) && Number(text) > 0 ? [{ value, pieces: Number(text) }] : []))
  const cash = String(denominations.reduce((all, one) => all + Number(one.value) * one.pieces, 0))
  const amounts = [...(isByPieces ? [] : (['cash'] as const)), ...others].flatMap((method) => ((sums[method] ?? '') === '' ? [] : [{ method, amount: { amount: sums[method] ?? '', currency } }]))
  const count = useWrite(() => api.countCashierShift({ params: { id: shift.id }, ifMatch: shift.version, body: { amounts, ...(isByPieces ? { denominations } : {}) } }), { invalidate: touched, done: t('billing.shift.countDone'), ...(onCancel === undefined ? {} : { onDone: onCancel }) })
  const errors = problemToFields(t, count.error)
  const isTyped = isByPieces ? Object.values(pieces).every((text) => text === '' || isWhole(text)) && denominations.length > 0 : (sums['cash'] ?? '') !== ''
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isTyped) count.mutate(undefined)
      }}
    >
      <Stack gap="sm" maw={560}>
        <Text size="sm" c="dimmed">{t('billing.shift.blind')}</Text>
        {known === undefined ? null : <SegmentedControl w="fit-content" size="sm" aria-label={t('billing.method.cash')} data={[{ value: 'pieces', label: t('billing.shift.byPieces') }, { value: 'sum', label: t('billing.shift.bySum') }]} value={isByPieces ? 'pieces' : 'sum'} onChange={(value) => setByPieces(value === 'pieces')} />}
        <Group align="start" gap="xl">
          <Stack gap="xs">
            {isByPieces && known !== undefined ? <Pieces of={known} typed={pieces} onType={(value, text) => setPieces({ ...pieces, [value]: text })} /> : <MoneyInput label={t('billing.method.cash')} currency={currency} value={sums['cash'] ?? ''} onChange={(value) => setSums({ ...sums, cash: value })} isRequired />}
            {isByPieces ? <Text size="sm" role="status">{t('billing.method.cash')}: <b><Money value={{ amount: cash, currency }} /></b></Text> : null}
            {errors['denominations'] === undefined ? null : <Text size="sm" c="red">{errors['denominations']}</Text>}
          </Stack>
          <Stack gap="xs" maw={220}>
            <Text size="sm" fw={600}>{t('billing.shift.others')}</Text>
            {others.map((method) => <MoneyInput key={method} label={t(`billing.method.${method}`)} currency={currency} value={sums[method] ?? ''} onChange={(value) => setSums({ ...sums, [method]: value })} />)}
          </Stack>
        </Group>
        <Group justify="end">
          {onCancel === undefined ? null : <Button variant="default" onClick={onCancel}>{t('common.cancel')}</Button>}
          <Button type="submit" loading={count.isPending} disabled={!isTyped}>{t('billing.shift.count')}</Button>
        </Group>
      </Stack>
    </form>
  )
}
