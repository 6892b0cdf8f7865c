import { useState } from 'react'
import { Box, Button, Group, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useGo, usePathParam } from '../../../kernel/routing.tsx'
import { Money } from '../../../ui/money.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { BatchBelow, BatchHeads } from '../../inventory/public.tsx'
import { type ByMethod, Refunds, refundsBody } from '../parts/refunds.tsx'
import { Sums } from '../parts/sums.tsx'
import { TakeBack, type Returned } from '../parts/take-back.tsx'
import { api, printReceipt, saleQuery, touched, type Sale } from '../queries.ts'

const left = (line: Sale['lines'][number]): string => String(Math.round((Number(line.quantity) - Number(line.returned)) * 1000) / 1000)

function Return({ sale }: { sale: Sale }) {
  const t = useText()
  const go = useGo()
  const [typed, setTyped] = useState<ByMethod>({})
  const back = useWrite(({ lines, reason, witnessId }: { lines: Returned[]; reason: string; witnessId: string | undefined }) => api.returnSale({ params: { id: sale.id }, body: { reason, ...refundsBody(typed, sale), ...(witnessId === undefined ? {} : { witnessId }), lines: lines.map(({ id, ...line }) => ({ saleLineId: id, ...line })) } }), { invalidate: touched, done: t('pharmacy.return.done'), onDone: (made) => go(`/pharmacy/sales/${made.id}`) })
  const errors = problemToFields(t, back.error)
  return (
    <Section title={t('pharmacy.return')}>
      <TakeBack lines={sale.lines.filter((line) => left(line) !== '0').map((line) => ({ id: line.id, itemId: line.itemId, name: line.name, batch: line.batch, left: left(line) }))} errors={errors} isPending={back.isPending} onReturn={(lines, reason, witnessId) => back.mutate({ lines, reason, witnessId })}>
        {(chosen) => <Refunds sale={sale} chosen={chosen} typed={typed} errors={errors} onType={setTyped} />}
      </TakeBack>
    </Section>
  )
}

/** To whom, by whose prescription; of a return the sale it is against. */
function About({ sale }: { sale: Sale }) {
  const t = useText()
  const go = useGo()
  const original = useQuery({ ...saleQuery(sale.saleId ?? ''), enabled: sale.saleId !== null })
  const facts = [sale.customerName, sale.customerTaxNumber, sale.customerStateCode].filter(Boolean).join(' · ')
  return (
    <Group mb="sm" gap="lg">
      {facts === '' ? null : <Text size="sm">{t('pharmacy.customer')}: <bdi>{facts}</bdi></Text>}
      {sale.prescriber === '' ? null : <Text size="sm">{t('pharmacy.prescriber')}: <bdi>{sale.prescriber}</bdi></Text>}
      {original.data === undefined ? null : <Button size="compact-sm" variant="default" onClick={() => go(`/pharmacy/sales/${original.data.id}`)}>{t('pharmacy.sale.against', { number: original.data.number })}</Button>}
    </Group>
  )
}

/** One sale or return: lines, tax, payments. */
export function SalePage() {
  const t = useText()
  const format = useFormat()
  const { can } = useAuth()
  const query = useQuery(saleQuery(usePathParam('id')))
  return (
    <Page title={query.data?.number ?? t('pharmacy.sale.sale')} crumbs={[{ label: t('pharmacy.sales'), path: '/pharmacy/sales' }]} actions={query.data === undefined ? null : <Button variant="default" onClick={() => void printReceipt(query.data.id, 'duplicate')}>{t('pharmacy.receipt')}</Button>}>
      <Loaded query={query}>
        {(sale) => (
          <>
            <Section>
              <About sale={sale} />
              <Table.ScrollContainer minWidth={320}>
                <Table>
                  <Table.Thead><Table.Tr><Table.Th>{t('inventory.item')}</Table.Th><BatchHeads /><Table.Th ta="end">{t('common.quantity')}</Table.Th><Table.Th ta="end">{t('pharmacy.sum.tax')}</Table.Th><Table.Th ta="end">{t('common.amount')}</Table.Th></Table.Tr></Table.Thead>
                  <Table.Tbody>
                    {sale.lines.map((line) => <Table.Tr key={line.id}><Table.Td><bdi>{line.name}</bdi><BatchBelow batch={line.batch} expiresOn={line.expiresOn} /></Table.Td><Table.Td visibleFrom="sm"><bdi>{line.batch}</bdi></Table.Td><Table.Td visibleFrom="sm">{format.day(line.expiresOn)}</Table.Td><Table.Td ta="end" className="figures"><bdi dir="ltr">{line.quantity}{line.returned === '0' ? '' : ` (−${line.returned})`}</bdi></Table.Td><Table.Td ta="end"><Money value={line.tax} /></Table.Td><Table.Td ta="end"><Money value={line.total} /></Table.Td></Table.Tr>)}
                  </Table.Tbody>
                </Table>
              </Table.ScrollContainer>
              <Group justify="space-between" align="start" mt="sm">
                <Group>{sale.payments.map((payment, index) => <Text key={index} size="sm">{t(`billing.method.${payment.method}`)} <Money value={payment.amount} /></Text>)}</Group>
                <Box w={260}><Sums of={sale} /></Box>
              </Group>
            </Section>
            {sale.actions.includes('return') && can('pharmacy.sell') ? <Return sale={sale} /> : null}
          </>
        )}
      </Loaded>
    </Page>
  )
}
