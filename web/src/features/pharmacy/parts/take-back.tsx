import { type ReactNode, useState } from 'react'
import { Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'
import { Witness } from '../../inventory/public.tsx'
import { useKinds } from './kinds.ts'

export interface Returnable {
  id: string
  itemId: string
  name: string
  batch: string
  left: string
}

export interface Returned {
  id: string
  quantity: string
  isSealed: boolean
  isChecked: boolean
}

interface TakeBackProps {
  lines: readonly Returnable[]
  errors: Record<string, string>
  isPending: boolean
  /** What is asked beside: how it is paid back. */
  children?: (chosen: Returned[]) => ReactNode
  onReturn: (lines: Returned[], reason: string, witnessId: string | undefined) => void
}

/** Takes goods back: sealed ones to their lot, opened ones are wasted; both are paid back. */
export function TakeBack({ lines, errors, isPending, children, onReturn }: TakeBackProps) {
  const t = useText()
  const [typed, setTyped] = useState<Record<string, string>>({})
  const [opened, setOpened] = useState<Record<string, boolean>>({})
  const [checked, setChecked] = useState<Record<string, boolean>>({})
  const [reason, setReason] = useState('')
  const [witnessId, setWitness] = useState('')
  const { isControlled, needsCheck } = useKinds(lines.map((line) => line.itemId))
  const taken = lines.filter((line) => (typed[line.id] ?? '') !== '')
  const chosen = taken.map((line) => ({ id: line.id, quantity: typed[line.id] ?? '', isSealed: opened[line.id] !== true, isChecked: checked[line.id] === true }))
  const needsWitness = taken.some((line) => isControlled(line.itemId))
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        onReturn(chosen, reason.trim(), witnessId === '' ? undefined : witnessId)
      }}
    >
      <Stack gap="sm">
        {lines.map((line) => (
          <Group key={line.id} align="end">
            <Text size="sm" style={{ flex: 1 }} miw={160}><bdi>{line.name}</bdi> <Text span size="xs" c="dimmed">{line.batch}</Text></Text>
            <TextInput w={130} inputMode="decimal" label={t('pharmacy.return.of', { left: line.left })} aria-label={`${t('pharmacy.return')}: ${line.name}`} value={typed[line.id] ?? ''} error={errors[`lines.${chosen.findIndex((one) => one.id === line.id)}.quantity`]} onChange={(event) => setTyped({ ...typed, [line.id]: event.currentTarget.value.trim() })} />
            <Checkbox mb={8} label={t('pharmacy.return.opened')} checked={opened[line.id] === true} onChange={(event) => setOpened({ ...opened, [line.id]: event.currentTarget.checked })} />
            {needsCheck(line.itemId) ? <Checkbox mb={8} label={t('pharmacy.return.checked')} checked={checked[line.id] === true} onChange={(event) => setChecked({ ...checked, [line.id]: event.currentTarget.checked })} /> : null}
          </Group>
        ))}
        {children?.(chosen)}
        <Group align="end">
          <TextInput style={{ flex: 1 }} miw={220} label={t('common.reason')} withAsterisk maxLength={300} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
          {needsWitness ? <Witness value={witnessId} error={errors['witnessId']} onChange={setWitness} /> : null}
          <Button type="submit" loading={isPending} disabled={chosen.length === 0 || reason.trim() === '' || (needsWitness && witnessId === '')}>{t('pharmacy.return.do')}</Button>
        </Group>
      </Stack>
    </form>
  )
}
