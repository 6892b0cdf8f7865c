import { Table, Text } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'
import { Money } from '../../../ui/money.tsx'
import type { Quote } from '../queries.ts'

const parts = ['discount', 'taxable', 'cgst', 'sgst', 'igst', 'roundOff'] as const

/** How a total comes about: discount, what is taxed, each tax by its name, round-off; what is nothing is not named. */
export function Sums({ of, isLarge = false }: { of: Pick<Quote, (typeof parts)[number] | 'total'>; isLarge?: boolean }) {
  const t = useText()
  const size = isLarge ? 'lg' : 'sm'
  return (
    <Table>
      <Table.Tbody>
        {parts.filter((name) => Number(of[name].amount) !== 0).map((name) => <Table.Tr key={name}><Table.Td>{t(`pharmacy.sum.${name}`)}</Table.Td><Table.Td ta="end"><Money value={of[name]} /></Table.Td></Table.Tr>)}
        <Table.Tr><Table.Td><Text fw={600} size={size}>{t('common.total')}</Text></Table.Td><Table.Td ta="end"><Text fw={600} size={size}><Money value={of.total} /></Text></Table.Td></Table.Tr>
      </Table.Tbody>
    </Table>
  )
}
