import { Anchor, Button, Group, Table } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { openBlob } from '../../../kernel/api.ts'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { usePathParam } from '../../../kernel/routing.tsx'
import { Money } from '../../../ui/money.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { fullName, patientQuery } from '../../../ui/patient-banner.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { BatchBelow, BatchHeads } from '../parts/fold.tsx'
import { Issued } from '../parts/issued.tsx'
import { Fact } from '../parts/item-form.tsx'
import { Signed } from '../parts/movements.tsx'
import { api } from '../queries.ts'

/** A stock document: what came or went, lot by lot, who booked it and why. */
export function DocumentPage() {
  const t = useText()
  const format = useFormat()
  const { can } = useAuth()
  const id = usePathParam('id')
  const query = useQuery({ queryKey: ['inventory', 'document', id], queryFn: ({ signal }) => api.readDocument({ params: { id }, signal }) })
  const patient = useQuery({ ...patientQuery(query.data?.patientId ?? ''), enabled: typeof query.data?.patientId === 'string' && can('patients.read') })
  return (
    <Page title={query.data?.number ?? t('inventory.document')} crumbs={[{ label: t('inventory.title'), path: '/stock' }]} actions={<Button variant="default" onClick={() => void api.printDocument({ params: { id } }).then(openBlob)}>{t('common.print')}</Button>}>
      <Loaded query={query}>
        {(one) => (
          <>
          <Section>
            <Group gap="xl" mb="md">
              <Fact label={t('inventory.movement')} value={t(`inventory.movement.${one.kind}`)} /><Fact label={t('inventory.store')} value={one.storeName} /><Fact label={t('common.date')} value={format.dayTime(one.occurredAt)} /><Fact label={t('inventory.by')} value={one.movements[0]?.recordedBy ?? ''} />
              {patient.data === undefined ? null : <Fact label={t('inventory.issue.patient')} value={`${fullName(patient.data)} · ${patient.data.mrn}`} />}
              <Fact label={t('inventory.reference')} value={one.reference} /><Fact label={t('common.reason')} value={one.reason} />
            </Group>
            <Table.ScrollContainer minWidth={320}><Table>
              <Table.Thead><Table.Tr><Table.Th>{t('inventory.item')}</Table.Th><BatchHeads /><Table.Th ta="end">{t('common.quantity')}</Table.Th><Table.Th ta="end">{t('inventory.cost')}</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>
                {one.movements.map((line) => (
                  <Table.Tr key={line.id}>
                    <Table.Td><Anchor component={Link} to={`/stock/items/${line.itemId}`} size="sm"><bdi>{line.itemName}</bdi></Anchor><BatchBelow batch={line.batch} expiresOn={line.expiresOn} /></Table.Td><Table.Td visibleFrom="sm"><Anchor component={Link} to={`/stock/lots/${line.lotId}`} size="sm"><bdi>{line.batch}</bdi></Anchor></Table.Td><Table.Td visibleFrom="sm">{format.day(line.expiresOn)}</Table.Td>
                    <Table.Td ta="end"><Signed quantity={line.quantity} /> <bdi>{line.unit}</bdi></Table.Td><Table.Td ta="end"><Money value={line.unitCost} /></Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table></Table.ScrollContainer>
          </Section>
          {one.issued.length === 0 ? null : <Section title={t('inventory.issue.toPatient')}><Issued key={one.id} document={one} /></Section>}
          </>
        )}
      </Loaded>
    </Page>
  )
}
