import { useState } from 'react'
import { Group, Stack, Table, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { usePathParam } from '../../../kernel/routing.tsx'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { End } from '../parts/item-form.tsx'
import { TransferState } from '../parts/transfer-state.tsx'
import { Way } from '../public.tsx'
import { api, touched, transferQuery, type Transfer } from '../queries.ts'

function Receive({ transfer }: { transfer: Transfer }) {
  const t = useText()
  const sent = transfer.lines.filter((line) => line.dispatched !== '0')
  const [came, setCame] = useState<Record<string, string>>({})
  const [why, setWhy] = useState<Record<string, string>>({})
  const receive = useWrite(() => api.receiveTransfer({ params: { id: transfer.id }, ifMatch: transfer.version, body: { lines: sent.map((line) => ({ transferLineId: line.id, quantity: came[line.id] ?? line.dispatched, ...((why[line.id] ?? '') === '' ? {} : { reason: why[line.id] ?? '' }) })) } }), { invalidate: touched })
  const errors = problemToFields(t, receive.error)
  return (
    <Stack>
      {sent.map((line, index) => (
        <Group key={line.id} align="start">
          <Text size="sm" mt={{ base: 0, xs: 30 }} style={{ flex: 1 }} miw={160}><bdi>{line.itemName}</bdi> <Text span size="xs" c="dimmed">{line.batch}</Text></Text>
          <TextInput w={120} inputMode="decimal" label={t('inventory.transfer.came', { sent: line.dispatched })} value={came[line.id] ?? line.dispatched} error={errors[`lines.${index}.quantity`]} onChange={(event) => setCame({ ...came, [line.id]: event.currentTarget.value.trim() })} />
          <TextInput w={200} label={t('inventory.transfer.whyShort')} value={why[line.id] ?? ''} error={errors[`lines.${index}.reason`]} onChange={(event) => setWhy({ ...why, [line.id]: event.currentTarget.value })} />
        </Group>
      ))}
      <End label={t('inventory.transfer.receive')} isPending={receive.isPending} onGo={() => receive.mutate(undefined)} />
    </Stack>
  )
}

/** One transfer: what was asked, what was sent, what arrived. */
export function TransferPage() {
  const t = useText()
  const query = useQuery(transferQuery(usePathParam('id')))
  return (
    <Page title={query.data?.number ?? t('inventory.transfer')} crumbs={[{ label: t('inventory.transfers'), path: '/stock/transfers' }]}>
      <Loaded query={query}>
        {(transfer) => {
          const common = { params: { id: transfer.id }, ifMatch: transfer.version }
          const steps = [{ step: 'dispatch', label: t('inventory.transfer.dispatch'), isPrimary: true, run: () => api.dispatchTransfer({ ...common, body: {} }) }, { step: 'cancel', label: t('common.cancel'), needsReason: true, isDangerous: true, run: (reason: string) => api.cancelTransfer({ ...common, body: { reason } }) }]
          return (
            <>
              <Section>
                <Group justify="space-between">
                  <Group><TransferState state={transfer.state} /><Text size="sm"><Way from={transfer.fromStoreName} to={transfer.toStoreName} /></Text></Group>
                  <LifecycleButtons actions={transfer.actions} steps={steps} invalidate={touched} />
                </Group>
                <Table.ScrollContainer minWidth={560} mt="sm"><Table>
                  <Table.Thead><Table.Tr><Table.Th>{t('inventory.item')}</Table.Th><Table.Th>{t('inventory.batch')}</Table.Th><Table.Th ta="end">{t('inventory.transfer.requested')}</Table.Th><Table.Th ta="end">{t('inventory.transfer.dispatched')}</Table.Th><Table.Th ta="end">{t('inventory.transfer.received')}</Table.Th><Table.Th ta="end">{t('inventory.transfer.short')}</Table.Th></Table.Tr></Table.Thead>
                  <Table.Tbody>{transfer.lines.map((line) => <Table.Tr key={line.id}><Table.Td><bdi>{line.itemName}</bdi></Table.Td><Table.Td><bdi>{line.batch}</bdi></Table.Td><Table.Td ta="end">{line.requested}</Table.Td><Table.Td ta="end">{line.dispatched}</Table.Td><Table.Td ta="end">{line.received}</Table.Td><Table.Td ta="end">{line.short}</Table.Td></Table.Tr>)}</Table.Tbody>
                </Table></Table.ScrollContainer>
              </Section>
              {transfer.actions.includes('receive') ? <Section title={t('inventory.transfer.receive')}><Receive key={transfer.version} transfer={transfer} /></Section> : null}
            </>
          )
        }}
      </Loaded>
    </Page>
  )
}
