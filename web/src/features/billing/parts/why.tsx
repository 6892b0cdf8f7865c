import type { ReactNode } from 'react'
import { Group, Popover, Stack, Text, UnstyledButton } from '@mantine/core'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { Money } from '../../../ui/money.tsx'
import type { Money as Amount } from '../queries.ts'

/** An amount that opens how it came to be. */
export function Why({ value, of, children }: { value: Amount; of: string; children: ReactNode }) {
  const t = useText()
  const format = useFormat()
  return (
    <Popover width={300} position="bottom-end" withArrow>
      <Popover.Target>
        <UnstyledButton aria-label={t('billing.line.why', { amount: format.money(value), of })} fz="inherit" fw="inherit" style={{ textDecoration: 'underline dotted' }}><Money value={value} /></UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown><Stack gap={2}>{children}</Stack></Popover.Dropdown>
    </Popover>
  )
}

/** One step of a derivation: what is added or taken off. */
export function Step({ label, value, sign = '' }: { label: string; value: Amount; sign?: '' | '+' | '−' }) {
  return (
    <Group justify="space-between" gap="xs" wrap="nowrap">
      <Text size="sm">{label}</Text>
      <Text size="sm" className="figures" style={{ whiteSpace: 'nowrap' }}><bdi>{sign} <Money value={value} /></bdi></Text>
    </Group>
  )
}
