import { Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { Money } from '../../../ui/money.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { isZero } from '../amounts.ts'
import { pricesQuery } from '../queries.ts'

/** Prices of a service, latest first: from when, where, how much. */
export function PriceList({ serviceId }: { serviceId: string }) {
  const t = useText()
  const format = useFormat()
  const { me } = useAuth()
  const query = useQuery(pricesQuery(serviceId))
  const nameOf = (id: string | null) => (id === null ? t('common.all') : (me.facilities.find((one) => one.id === id)?.name ?? t('billing.service.otherFacility')))
  return (
    <Loaded query={query} rows={2}>
      {({ items }) =>
        items.length === 0 ? <Text size="sm" c="dimmed">{t('billing.service.noPrice')}</Text> : (
          <Table verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('billing.service.validFrom')}</Table.Th>
                <Table.Th>{t('common.facility')}</Table.Th>
                <Table.Th ta="end">{t('common.amount')}</Table.Th>
                <Table.Th ta="end">{t('billing.sum.tax')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((one) => (
                <Table.Tr key={one.id}>
                  <Table.Td>{format.day(one.validFrom)}</Table.Td>
                  <Table.Td>{nameOf(one.facilityId)}</Table.Td>
                  <Table.Td ta="end"><Money value={one.price} /></Table.Td>
                  <Table.Td ta="end" className="figures">{isZero(one.taxRatePercent) ? t('billing.exempt') : `${one.taxRatePercent} %`}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )
      }
    </Loaded>
  )
}
