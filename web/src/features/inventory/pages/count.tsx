import { useState } from 'react'
import { Group, Table, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { usePathParam } from '../../../kernel/routing.tsx'
import { moveInGrid } from '../../../ui/grid-keys.ts'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { BatchBelow, BatchHeads } from '../parts/fold.tsx'
import { End } from '../parts/item-form.tsx'
import { Signed } from '../parts/movements.tsx'
import { CountState } from '../parts/transfer-state.tsx'
import { api, countQuery, touched, type StockCount } from '../queries.ts'

function Sheet({ count }: { count: StockCount }) {
  const t = useText()
  const format = useFormat()
  const [typed, setTyped] = useState<Record<string, string>>({})
  const isOpen = count.actions.includes('enter')
  const lines = count.lines.flatMap((line) => ((typed[line.lotId] ?? '') === '' ? [] : [{ lotId: line.lotId, counted: typed[line.lotId] ?? '' }]))
  const enter = useWrite(() => api.enterCount({ params: { id: count.id }, ifMatch: count.version, body: { lines } }), { invalidate: touched, done: t('common.saved'), onDone: () => setTyped({}) })
  const errors = problemToFields(t, enter.error)
  if (count.lines.length === 0) return <Empty title={t('inventory.empty')} />
  return (
    <>
      <Table.ScrollContainer minWidth={320}>
        <Table onKeyDown={moveInGrid}>
          <Table.Thead><Table.Tr><Table.Th>{t('inventory.item')}</Table.Th><BatchHeads /><Table.Th ta="end">{t('inventory.count.expected')}</Table.Th><Table.Th ta="end">{t('inventory.count.counted')}</Table.Th><Table.Th ta="end">{t('inventory.count.variance')}</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {count.lines.map((line) => (
              <Table.Tr key={line.id}>
                <Table.Td><bdi>{line.itemName}</bdi><BatchBelow batch={line.batch} expiresOn={line.expiresOn} /></Table.Td><Table.Td visibleFrom="sm"><bdi>{line.batch}</bdi></Table.Td><Table.Td visibleFrom="sm">{format.day(line.expiresOn)}</Table.Td><Table.Td ta="end">{line.expected ?? '?'}</Table.Td>
                <Table.Td ta="end">{isOpen ? <TextInput size="sm" w={100} ms="auto" inputMode="decimal" aria-label={`${t('inventory.count.counted')}: ${line.itemName} ${line.batch}`} placeholder={line.counted ?? ''} value={typed[line.lotId] ?? ''} error={errors[`lines.${lines.findIndex((one) => one.lotId === line.lotId)}.quantity`]} onChange={(event) => setTyped({ ...typed, [line.lotId]: event.currentTarget.value.trim() })} /> : (line.counted ?? '–')}</Table.Td>
                <Table.Td ta="end"><Text span size="sm" fw={line.variance !== null && line.variance !== '0' ? 600 : 400}>{line.variance === null ? '–' : <Signed quantity={line.variance} />}</Text></Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {isOpen ? <End label={t('common.save')} isPending={enter.isPending} isDisabled={lines.length === 0} onGo={() => enter.mutate(undefined)} /> : null}
    </>
  )
}

/** One stock take: the sheet, then the differences and their approval. */
export function CountPage() {
  const t = useText()
  const query = useQuery(countQuery(usePathParam('id')))
  return (
    <Page title={query.data?.number ?? t('inventory.count')} crumbs={[{ label: t('inventory.counts'), path: '/stock/counts' }]}>
      <Loaded query={query}>
        {(count) => {
          const common = { params: { id: count.id }, ifMatch: count.version }
          const steps = [{ step: 'finish', label: t('inventory.count.finish'), isPrimary: true, run: () => api.finishCount({ ...common, body: {} }) }, { step: 'approve', label: t('inventory.count.approve'), isPrimary: true, confirm: t('inventory.count.approveConfirm'), run: () => api.approveCount({ ...common, body: {} }) }, { step: 'cancel', label: t('common.cancel'), needsReason: true, isDangerous: true, run: (reason: string) => api.cancelCount({ ...common, body: { reason } }) }]
          return (
            <Section>
              <Group justify="space-between" mb="sm"><Group><CountState state={count.state} /><Text size="sm"><bdi>{count.storeName}</bdi></Text></Group><LifecycleButtons actions={count.actions} steps={steps} invalidate={touched} /></Group>
              <Sheet key={count.version} count={count} />
            </Section>
          )
        }}
      </Loaded>
    </Page>
  )
}
