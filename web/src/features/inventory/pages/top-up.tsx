import { useState } from 'react'
import { ActionIcon, Alert, Group, Stack, Table, Text, TextInput, VisuallyHidden } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useGo, useSearchParam } from '../../../kernel/routing.tsx'
import { moveInGrid } from '../../../ui/grid-keys.ts'
import { Page, Section } from '../../../ui/page.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { End } from '../parts/item-form.tsx'
import { AnyStoreSelect, StoreSelect, useStores, usualStore } from '../public.tsx'
import { api, topUpQuery, type TopUp, touched } from '../queries.ts'

/** What is asked for is what is lacking, as far as the other store has it. */
const asked = (line: TopUp['items'][number]): string => (Number(line.available) < Number(line.quantity) ? line.available : line.quantity)

function Proposal({ proposal, fromStoreId, toStoreId }: { proposal: TopUp; fromStoreId: string; toStoreId: string }) {
  const t = useText()
  const go = useGo()
  const [typed, setTyped] = useState<Record<string, string>>({})
  const [left, setLeft] = useState<readonly string[]>([])
  const shown = proposal.items.filter((line) => !left.includes(line.itemId))
  const lines = shown.map((line) => ({ itemId: line.itemId, quantity: typed[line.itemId] ?? asked(line) })).filter((line) => line.quantity !== '' && Number(line.quantity) !== 0)
  const send = useWrite(() => api.requestTransfer({ body: { fromStoreId, toStoreId, reason: t('inventory.topUp'), lines } }), { invalidate: touched, onDone: (made) => go(`/stock/transfers/${made.id}`) })
  const errors = problemToFields(t, send.error)
  if (proposal.items.length === 0) return <Alert color="river" variant="outline" role="status">{t('inventory.topUp.full')}</Alert>
  return (
    <Stack>
      <Table.ScrollContainer minWidth={560}>
        <Table className="folds" onKeyDown={moveInGrid}>
          <Table.Thead><Table.Tr><Table.Th>{t('inventory.item')}</Table.Th><Table.Th ta="end">{t('inventory.levels.usable')}</Table.Th><Table.Th ta="end">{t('inventory.levels.coming')}</Table.Th><Table.Th ta="end">{t('inventory.levels.parLevel')}</Table.Th><Table.Th ta="end">{t('inventory.topUp.available')}</Table.Th><Table.Th>{t('inventory.topUp.ask')}</Table.Th><Table.Th><VisuallyHidden>{t('common.actions')}</VisuallyHidden></Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {shown.map((line) => (
              <Table.Tr key={line.itemId}>
                <Table.Td><bdi>{line.itemName}</bdi> <Text span size="xs" c="dimmed"><bdi>{line.unit}</bdi></Text></Table.Td>
                <Table.Td ta="end" className="figures" data-label={t('inventory.levels.usable')}>{line.usable}</Table.Td>
                <Table.Td ta="end" className="figures" data-label={t('inventory.levels.coming')}>{line.coming === '0' ? '–' : line.coming}</Table.Td>
                <Table.Td ta="end" className="figures" data-label={t('inventory.levels.parLevel')}>{line.parLevel}</Table.Td>
                <Table.Td ta="end" className="figures" data-label={t('inventory.topUp.available')}>{Number(line.available) < Number(line.quantity) ? <Text span size="sm" fw={700}>{t('inventory.topUp.only', { available: line.available })}</Text> : line.available}</Table.Td>
                <Table.Td data-label={t('inventory.topUp.ask')}><TextInput size="sm" w={100} inputMode="decimal" aria-label={`${t('inventory.topUp.ask')}: ${line.itemName}`} value={typed[line.itemId] ?? asked(line)} error={errors[`lines.${lines.findIndex((one) => one.itemId === line.itemId)}.quantity`]} onChange={(event) => setTyped({ ...typed, [line.itemId]: event.currentTarget.value.trim() })} /></Table.Td>
                <Table.Td><Group justify="end"><ActionIcon variant="subtle" color="gray" size="lg" aria-label={`${t('common.remove')}: ${line.itemName}`} onClick={() => setLeft([...left, line.itemId])}><IconX size={16} aria-hidden /></ActionIcon></Group></Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <End label={t('inventory.topUp.send', { count: lines.length })} isPending={send.isPending} isDisabled={lines.length === 0} onGo={() => send.mutate(undefined)} />
    </Stack>
  )
}

/** Fills a store up to its par levels: what is lacking is proposed, changed where needed, and asked for in one go. */
export function TopUpPage() {
  const t = useText()
  const stores = useStores()
  const [chosenTo, setTo] = useSearchParam('store')
  const [chosenFrom, setFrom] = useSearchParam('from')
  const to = chosenTo ?? usualStore(stores, 'ward')
  const from = chosenFrom ?? usualStore(stores.filter((store) => store.id !== to), 'main')
  const query = useQuery(topUpQuery(to, from))
  return (
    <Page title={t('inventory.topUp')} crumbs={[{ label: t('inventory.title'), path: '/stock' }, { label: t('inventory.levels'), path: `/stock/levels?store=${to}` }]}>
      <Section>
        <Stack>
          <Group align="end"><StoreSelect label={t('inventory.topUp.fill')} value={to} onChange={setTo} /><AnyStoreSelect label={t('inventory.transfer.from')} value={from} error={from !== '' && from === to ? t('inventory.topUp.same') : undefined} onChange={setFrom} /></Group>
          {from === '' || to === '' || from === to ? null : <Loaded query={query}>{(proposal) => <Proposal key={`${to}${from}`} proposal={proposal} fromStoreId={from} toStoreId={to} />}</Loaded>}
        </Stack>
      </Section>
    </Page>
  )
}
