import { Group, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useGo, usePathParam } from '../../../kernel/routing.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { TakeBack, type Returned } from '../parts/take-back.tsx'
import { api, touched, wardQuery, type WardPaper } from '../queries.ts'

const leftOf = (line: WardPaper['lines'][number]): number => Math.round((Number(line.quantity) - Number(line.returned)) * 1000) / 1000

function Back({ paper }: { paper: WardPaper }) {
  const t = useText()
  const go = useGo()
  const back = useWrite(
    ({ lines, reason, witnessId }: { lines: Returned[]; reason: string; witnessId: string | undefined }) => api.returnFromWard({ body: { storeId: paper.storeId, ward: paper.ward, reason, ...(witnessId === undefined ? {} : { witnessId }), lines: lines.map(({ id, ...line }) => ({ dispenseItemId: id, ...line })) } }),
    { invalidate: touched, done: t('pharmacy.return.done'), onDone: (made) => go(`/pharmacy/wards/${made.id}`) },
  )
  return <TakeBack lines={paper.lines.filter((line) => leftOf(line) > 0).map((line) => ({ id: line.dispenseItemId, itemId: line.itemId, name: `${line.itemName} · ${line.patientName}`, batch: line.batch, left: String(leftOf(line)) }))} errors={problemToFields(t, back.error)} isPending={back.isPending} onReturn={(lines, reason, witnessId) => back.mutate({ lines, reason, witnessId })} />
}

/** An issue to a ward, or a return from it. */
export function WardPage() {
  const t = useText()
  const format = useFormat()
  const { can } = useAuth()
  const query = useQuery(wardQuery(usePathParam('id')))
  return (
    <Page title={query.data?.number ?? t('pharmacy.wards')} crumbs={[{ label: t('pharmacy.wards'), path: '/pharmacy/wards' }]}>
      <Loaded query={query}>
        {(paper) => (
          <>
            <Section>
              <Group mb="sm"><Text size="sm">{[t(`pharmacy.wards.kind.${paper.kind}`), paper.ward, paper.storeName, paper.reason, format.dayTime(paper.createdAt), paper.by].filter(Boolean).join(' · ')}</Text></Group>
              <Table.ScrollContainer minWidth={560}>
                <Table>
                  <Table.Thead><Table.Tr><Table.Th>{t('common.patient')}</Table.Th><Table.Th>{t('inventory.item')}</Table.Th><Table.Th>{t('inventory.batch')}</Table.Th><Table.Th ta="end">{t('common.quantity')}</Table.Th></Table.Tr></Table.Thead>
                  <Table.Tbody>{paper.lines.map((line) => <Table.Tr key={line.id}><Table.Td><bdi>{line.patientName}</bdi><Text size="xs" c="dimmed">{line.patientMrn}</Text></Table.Td><Table.Td><bdi>{line.itemName}</bdi>{line.isBack ? null : <Text span size="xs" c="dimmed"> {t('pharmacy.wards.wasted')}</Text>}</Table.Td><Table.Td><bdi>{line.batch}</bdi></Table.Td><Table.Td ta="end" className="figures">{line.quantity} <bdi>{line.unit}</bdi></Table.Td></Table.Tr>)}</Table.Tbody>
                </Table>
              </Table.ScrollContainer>
            </Section>
            {paper.kind === 'issue' && can('pharmacy.dispense') ? <Section title={t('pharmacy.wards.return')}><Back paper={paper} /></Section> : null}
          </>
        )}
      </Loaded>
    </Page>
  )
}
