import { Anchor, Button, Group, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { openBlob } from '../../../kernel/api.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { usePathParam } from '../../../kernel/routing.tsx'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { Dispatch } from '../parts/transfer-steps.tsx'
import { Receive, TakeBack } from '../parts/transfer-arriving.tsx'
import { TransferState } from '../parts/transfer-state.tsx'
import { useStoreNames, useStores, Way } from '../public.tsx'
import { api, touched, transferQuery } from '../queries.ts'

/** One transfer: what was asked, what was sent, what arrived. */
export function TransferPage() {
  const t = useText()
  const format = useFormat()
  const { can } = useAuth()
  const query = useQuery(transferQuery(usePathParam('id')))
  const nameOf = useStoreNames()
  const ours = useStores().map((store) => store.id)
  return (
    <Page title={query.data?.number ?? t('inventory.transfer')} crumbs={[{ label: t('inventory.transfers'), path: '/stock/transfers' }]} actions={query.data === undefined ? null : <Button variant="default" onClick={() => void api.printTransfer({ params: { id: query.data.id } }).then(openBlob)}>{t('common.print')}</Button>}>
      <Loaded query={query}>
        {(transfer) => {
          const common = { params: { id: transfer.id }, ifMatch: transfer.version }
          const [isSender, isReceiver] = [ours.includes(transfer.fromStoreId) && can('inventory.write'), ours.includes(transfer.toStoreId) && can('inventory.issue')]
          const isTurned = transfer.lines.some((line) => line.sentBack !== '0')
          const sides = { dispatch: isSender, callBack: isSender, takeBack: isSender, receive: isReceiver, refuse: isReceiver, cancel: isSender || isReceiver }
          const actions = Object.entries(sides).flatMap(([step, isOwn]) => (isOwn && transfer.actions.includes(step) ? [step] : []))
          const steps = [
            { step: 'callBack', label: t('inventory.transfer.callBack'), needsReason: true, confirm: t('inventory.transfer.callBackWhat'), run: (reason: string) => api.callBackTransfer({ ...common, body: { reason } }) },
            { step: 'refuse', label: t('inventory.transfer.refuse'), needsReason: true, confirm: t('inventory.transfer.refuseWhat'), run: (reason: string) => api.refuseTransfer({ ...common, body: { reason } }) },
            { step: 'cancel', label: t('common.cancel'), needsReason: true, isDangerous: true, run: (reason: string) => api.cancelTransfer({ ...common, body: { reason } }) },
          ]
          return (
            <>
              <Section>
                <Group justify="space-between">
                  <Group><TransferState state={transfer.state} /><Text size="sm" component="div"><Way from={nameOf(transfer.fromStoreId, transfer.fromStoreName)} to={nameOf(transfer.toStoreId, transfer.toStoreName)} /></Text><Text size="sm" c="dimmed">{format.dayTime(transfer.returnedAt ?? transfer.receivedAt ?? transfer.dispatchedAt ?? transfer.createdAt)}</Text>{[...new Set([transfer.reason, transfer.backReason])].filter(Boolean).map((said) => <Text key={said} size="sm"><bdi>{said}</bdi></Text>)}</Group>
                  <LifecycleButtons actions={actions} steps={steps} invalidate={touched} />
                </Group>
                <Table.ScrollContainer minWidth={560} mt="sm"><Table className="folds">
                  <Table.Thead><Table.Tr><Table.Th>{t('inventory.item')}</Table.Th><Table.Th>{t('inventory.batch')}</Table.Th><Table.Th ta="end">{t('inventory.transfer.requested')}</Table.Th><Table.Th ta="end">{t('inventory.print.sent')}</Table.Th><Table.Th ta="end">{t('inventory.transfer.received')}</Table.Th>{isTurned ? <><Table.Th ta="end">{t('inventory.transfer.sentBack')}</Table.Th><Table.Th ta="end">{t('inventory.issue.returned')}</Table.Th></> : null}<Table.Th ta="end">{t('inventory.transfer.short')}</Table.Th></Table.Tr></Table.Thead>
                  <Table.Tbody>{transfer.lines.map((line) => <Table.Tr key={line.id}><Table.Td><bdi>{line.itemName}</bdi></Table.Td><Table.Td data-label={t('inventory.batch')}>{line.lotId === null ? '–' : <Anchor component={Link} to={`/stock/lots/${line.lotId}`} size="sm"><bdi>{line.batch || '–'}</bdi></Anchor>}</Table.Td><Table.Td ta="end" className="figures" data-label={t('inventory.transfer.requested')}>{line.requested} <bdi>{line.unit}</bdi></Table.Td><Table.Td ta="end" className="figures" data-label={t('inventory.print.sent')}>{line.dispatched}</Table.Td><Table.Td ta="end" className="figures" data-label={t('inventory.transfer.received')}>{line.received}</Table.Td>{isTurned ? <><Table.Td ta="end" className="figures" data-label={t('inventory.transfer.sentBack')}>{line.sentBack}</Table.Td><Table.Td ta="end" className="figures" data-label={t('inventory.issue.returned')}>{line.takenBack}</Table.Td></> : null}<Table.Td ta="end" className="figures" data-label={t('inventory.transfer.short')}>{line.short}{line.reason === '' ? null : <Text size="xs" c="dimmed"><bdi>{line.reason}</bdi></Text>}</Table.Td></Table.Tr>)}</Table.Tbody>
                </Table></Table.ScrollContainer>
              </Section>
              {actions.includes('dispatch') ? <Section title={t('inventory.transfer.dispatch')}><Dispatch key={transfer.version} transfer={transfer} /></Section> : null}
              {actions.includes('receive') ? <Section title={t('inventory.transfer.receive')}><Receive key={transfer.version} transfer={transfer} /></Section> : null}
              {actions.includes('takeBack') ? <Section title={t('inventory.transfer.takeBack')}><TakeBack key={transfer.version} transfer={transfer} /></Section> : null}
            </>
          )
        }}
      </Loaded>
    </Page>
  )
}
