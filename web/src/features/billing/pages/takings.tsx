import { Button, Table, TextInput } from '@mantine/core'
import { IconPrinter } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { Money } from '../../../ui/money.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { FacilityFilter, useFacilityFilter } from '../parts/facility-filter.tsx'
import { api } from '../queries.ts'

/** What was taken and given back on a day, by method. */
export function TakingsPage() {
  const t = useText()
  const format = useFormat()
  const filter = useFacilityFilter()
  const { facilityId } = filter
  const [onParam, setOn] = useSearchParam('on')
  const on = onParam ?? format.today()
  const query = useQuery({ queryKey: ['billing', 'takings', facilityId, on], queryFn: ({ signal }) => api.takings({ query: { facilityId, on }, signal }) })
  const actions = (
    <>
      <FacilityFilter filter={filter} />
      <TextInput type="date" aria-label={t('common.date')} max={format.today()} value={on} onChange={(event) => setOn(event.currentTarget.value || undefined)} />
      <Button variant="default" leftSection={<IconPrinter size={16} />} onClick={() => window.print()}>{t('common.print')}</Button>
    </>
  )
  return (
    <Page title={t('billing.takings.title')} actions={actions}>
      <Section title={t('billing.takings.of', { facility: filter.chosen?.name ?? '', day: format.full(on) })}>
        <Loaded query={query}>
          {(day) =>
            day.items.length === 0 ? <Empty title={t('billing.takings.empty')} /> : (
              <Table>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t('billing.pay.method')}</Table.Th>
                    <Table.Th ta="end">{t('billing.takings.count')}</Table.Th>
                    <Table.Th ta="end">{t('billing.takings.received')}</Table.Th>
                    <Table.Th ta="end">{t('billing.takings.refunded')}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {day.items.map((item) => (
                    <Table.Tr key={item.method}>
                      <Table.Td>{t(`billing.method.${item.method}`)}</Table.Td>
                      <Table.Td ta="end" className="figures">{item.count}</Table.Td>
                      <Table.Td ta="end"><Money value={item.received} /></Table.Td>
                      <Table.Td ta="end"><Money value={item.refunded} /></Table.Td>
                    </Table.Tr>
                  ))}
                  <Table.Tr fw={600}>
                    <Table.Td>{t('common.total')}</Table.Td>
                    <Table.Td />
                    <Table.Td ta="end"><Money value={day.received} /></Table.Td>
                    <Table.Td ta="end"><Money value={day.refunded} /></Table.Td>
                  </Table.Tr>
                </Table.Tbody>
              </Table>
            )
          }
        </Loaded>
      </Section>
    </Page>
  )
}
