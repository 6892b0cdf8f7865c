import { Anchor, Button, Group, Table, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { openBlob } from '../../../kernel/api.ts'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { usePathParam } from '../../../kernel/routing.tsx'
import { Money } from '../../../ui/money.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { Fact, Way } from '../../inventory/public.tsx'
import { Bill } from '../parts/bill.tsx'
import { Claim } from '../parts/claim.tsx'
import { Return } from '../parts/return.tsx'
import { api, receiptQuery } from '../queries.ts'

/** One goods receipt: lots at landed cost, the bill, what goes back. */
export function ReceiptPage() {
  const t = useText()
  const format = useFormat()
  const query = useQuery(receiptQuery(usePathParam('id')))
  return (
    <Page title={query.data?.number ?? t('purchasing.receipt')} crumbs={[{ label: t('purchasing.receipts'), path: '/purchasing/receipts' }]} actions={query.data === undefined ? null : <Button variant="default" onClick={() => void api.printReceipt({ params: { id: query.data.id } }).then(openBlob)}>{t('common.print')}</Button>}>
      <Loaded query={query}>
        {(receipt) => (
          <>
            <Section>
              <Group mb="sm" gap="xs"><Text size="sm" component="div"><Way from={receipt.vendorName} to={receipt.storeName} /></Text><Text size="sm" c="dimmed">{format.full(receipt.receivedOn)}</Text></Group>
              <Group gap="xl" mb="sm">
                {receipt.purchaseOrderId === null ? null : <Anchor component={Link} to={`/purchasing/orders/${receipt.purchaseOrderId}`} size="sm">{t('purchasing.order')}</Anchor>}
                <Fact label={t('purchasing.deliveryNote')} value={receipt.deliveryNote} /><Fact label={t('purchasing.freight')} value={Number(receipt.freight.amount) === 0 ? '' : format.money(receipt.freight)} /><Fact label={t('purchasing.temperature')} value={receipt.temperatureCelsius ?? ''} /><Fact label={t('purchasing.note')} value={receipt.note} />
              </Group>
              <Table.ScrollContainer minWidth={640}>
                <Table className="folds">
                  <Table.Thead><Table.Tr><Table.Th>{t('inventory.item')}</Table.Th><Table.Th visibleFrom="lg">{t('inventory.batch')}</Table.Th><Table.Th visibleFrom="lg">{t('inventory.expires')}</Table.Th><Table.Th ta="end">{t('common.quantity')}</Table.Th><Table.Th ta="end">{t('purchasing.field.free')}</Table.Th><Table.Th ta="end">{t('purchasing.field.damaged')}</Table.Th><Table.Th ta="end">{t('purchasing.landed')}</Table.Th><Table.Th ta="end">{t('purchasing.tax')}</Table.Th><Table.Th ta="end">{t('common.amount')}</Table.Th></Table.Tr></Table.Thead>
                  <Table.Tbody>
                    {receipt.lines.map((line) => <Table.Tr key={line.id}><Table.Td><bdi>{line.itemName}</bdi><Text size="xs" c="dimmed" hiddenFrom="lg"><Anchor component={Link} to={`/stock/lots/${line.lotId}`} size="xs"><bdi>{line.batch}</bdi></Anchor>{line.expiresOn === null ? '' : ` · ${format.day(line.expiresOn)}`}</Text></Table.Td><Table.Td visibleFrom="lg"><Anchor component={Link} to={`/stock/lots/${line.lotId}`} size="sm"><bdi>{line.batch}</bdi></Anchor></Table.Td><Table.Td visibleFrom="lg">{format.day(line.expiresOn)}</Table.Td><Table.Td ta="end" className="figures" data-label={t('common.quantity')}>{line.quantity} <bdi>{line.unit}</bdi>{line.returned === '0' ? '' : ` (−${line.returned})`}{line.overOrder === '0' ? null : <Text size="xs" c="dimmed">{t('purchasing.over', { over: line.overOrder })}</Text>}{line.short === '0' ? null : <Text size="xs" c="dimmed">{t('purchasing.short', { short: line.short })}</Text>}</Table.Td><Table.Td ta="end" className="figures" data-label={t('purchasing.field.free')}>{line.free}</Table.Td><Table.Td ta="end" className="figures" data-label={t('purchasing.field.damaged')}>{line.damaged}{Number(line.damaged) > 0 && Number(line.quantity) + Number(line.free) === 0 ? <Text size="xs" c="dimmed">{t('purchasing.claim.all')}</Text> : null}</Table.Td><Table.Td ta="end" data-label={t('purchasing.landed')}><Money value={line.landedUnitCost} /></Table.Td><Table.Td ta="end" data-label={t('purchasing.tax')}><Money value={line.tax} />{line.taxRateByOrder === null || line.taxRateByOrder === line.taxRatePercent ? null : <Text size="xs" c="dimmed">{line.taxRatePercent} % · {t('purchasing.byOrder')} {line.taxRateByOrder} %</Text>}</Table.Td><Table.Td ta="end" data-label={t('common.amount')}><Money value={line.lineCost} />{line.costByOrder === null || line.costByOrder.amount === line.lineCost.amount ? null : <Text size="xs" c="dimmed">{t('purchasing.byOrder')} <Money value={line.costByOrder} /></Text>}</Table.Td></Table.Tr>)}
                    {Number(receipt.freight.amount) === 0 ? null : <Table.Tr><Table.Td>{t('purchasing.freight')}</Table.Td><Table.Td visibleFrom="lg" colSpan={2} /><Table.Td visibleFrom="sm" colSpan={5} /><Table.Td ta="end" data-label={t('common.amount')}><Money value={receipt.freight} /></Table.Td></Table.Tr>}
                    <Table.Tr fw={600}><Table.Td>{t('common.total')}</Table.Td><Table.Td visibleFrom="lg" colSpan={2} /><Table.Td visibleFrom="sm" colSpan={4} /><Table.Td ta="end" data-label={t('purchasing.tax')}><Money value={receipt.taxTotal} /></Table.Td><Table.Td ta="end" data-label={t('common.amount')}><Money value={receipt.total} /></Table.Td></Table.Tr>
                  </Table.Tbody>
                </Table>
              </Table.ScrollContainer>
            </Section>
            <Section title={t('purchasing.bill')}><Bill receipt={receipt} /></Section>
            {receipt.lines.some((line) => Number(line.damaged) > Number(line.claimed)) ? <Section title={t('purchasing.claim')}><Claim receipt={receipt} /></Section> : null}
            <Section title={t('purchasing.return')}><Return key={receipt.lines.map((line) => line.returned).join()} receipt={receipt} /></Section>
          </>
        )}
      </Loaded>
    </Page>
  )
}
