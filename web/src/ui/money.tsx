import { NumberInput, Text } from '@mantine/core'
import type { Money as Amount } from '#contract/common/values.ts'
import { useFormat } from '../kernel/format.ts'

/** An amount in its currency; isolated so that it reads right in right-to-left text. */
export function Money({ value }: { value: Amount | null | undefined }) {
  const format = useFormat()
  return (
    <Text component="bdi" inherit className="figures" style={{ whiteSpace: 'nowrap' }}>
      {format.money(value)}
    </Text>
  )
}

interface MoneyInputProps {
  label: string
  currency: string
  value: string
  onChange: (amount: string) => void
  error?: string
  isRequired?: boolean
}

/** An amount as exact text; never a float. */
export function MoneyInput({ label, currency, value, onChange, error, isRequired = false }: MoneyInputProps) {
  return (
    <NumberInput
      label={label}
      leftSection={<Text size="xs">{currency}</Text>}
      leftSectionWidth={48}
      valueIsNumericString
      decimalScale={2}
      allowNegative={false}
      hideControls
      inputMode="decimal"
      value={value}
      onValueChange={(values) => onChange(values.value)}
      error={error}
      withAsterisk={isRequired}
      className="figures"
    />
  )
}
