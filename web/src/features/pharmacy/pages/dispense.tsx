import { Anchor, Button, Group, Stack, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useAuth } from '../../../kernel/auth.tsx'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useGo, usePathParam } from '../../../kernel/routing.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { PatientBanner, patientQuery } from '../../../ui/patient-banner.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { BatchBelow, BatchHeads } from '../../inventory/public.tsx'
import { TakeBack, type Returned } from '../parts/take-back.tsx'
import { api, dispenseQuery, printLabels, touched, type Dispense } from '../queries.ts'

const left = (line: Dispense['lines'][number]): string => String(Math.round((Number(line.quantity) - Number(line.returned)) * 1000) / 1000)

function Return({ dispense }: { dispense: Dispense }) {
  const t = useText()
  const back = useWrite(({ lines, reason, witnessId }: { lines: Returned[]; reason: string; witnessId: string | undefined }) => api.returnDispense({ params: { id: dispense.id }, body: { reason, ...(witnessId === undefined ? {} : { witnessId }), lines: lines.map(({ id, ...line }) => ({ dispenseItemId: id, ...line })) } }), { invalidate: touched, done: t('pharmacy.return.done') })
  const open = dispense.lines.filter((line) => left(line) !== '0')
  return (
    <Section title={t('pharmacy.return')}>
      <Stack>
        {back.data === undefined || back.data.creditNoteIds.length === 0 ? null : <Text size="sm" role="status">{t('pharmacy.return.credited', { count: back.data.creditNoteIds.length })}</Text>}
        <TakeBack key={dispense.lines.map((line) => line.returned).join()} lines={open.map((line) => ({ id: line.id, itemId: line.itemId, name: line.itemName, batch: line.batch, left: left(line) }))} errors={problemToFields(t, back.error)} isPending={back.isPending} onReturn={(lines, reason, witnessId) => back.mutate({ lines, reason, witnessId })} />
      </Stack>
    </Section>
  )
}

/** One dispense: lots, labels, what came back. */
export function DispensePage() {
  const t = useText()
  const format = useFormat()
  const go = useGo()
  const { can } = useAuth()
  const query = useQuery(dispenseQuery(usePathParam('id')))
  const patient = useQuery({ ...patientQuery(query.data?.patientId ?? ''), enabled: query.data !== undefined })
  return (
    <>
      {query.data === undefined ? null : <PatientBanner patientId={query.data.patientId} />}
      <Page title={t('pharmacy.dispense')} patient={patient.data} crumbs={[{ label: t('pharmacy.dispenses'), path: '/pharmacy/dispenses' }]}>
        <Loaded query={query}>
          {(dispense) => (
            <>
              <Section>
                <Group justify="space-between" mb="sm"><Text size="sm">{dispense.prescriptionNumber} · {format.dayTime(dispense.createdAt)} · <bdi>{dispense.dispensedBy}</bdi></Text><Group><Button variant="default" onClick={() => go(`/prescriptions/${dispense.prescriptionId}`)}>{t('pharmacy.prescription')}</Button><Button variant="default" onClick={() => void printLabels(dispense.id)}>{t('pharmacy.labels')}</Button></Group></Group>
                <Table.ScrollContainer minWidth={320}>
                  <Table>
                    <Table.Thead><Table.Tr><Table.Th>{t('inventory.item')}</Table.Th><BatchHeads /><Table.Th ta="end">{t('common.quantity')}</Table.Th><Table.Th ta="end">{t('pharmacy.returned')}</Table.Th></Table.Tr></Table.Thead>
                    <Table.Tbody>{dispense.lines.map((line) => <Table.Tr key={line.id}><Table.Td><bdi>{line.itemName}</bdi>{line.isSubstitute ? <Text span size="xs" c="dimmed"> {t('pharmacy.substitute')}</Text> : null}<BatchBelow batch={line.batch} expiresOn={line.expiresOn} /></Table.Td><Table.Td visibleFrom="sm"><Anchor component={Link} to={`/stock/lots/${line.lotId}`} size="sm"><bdi>{line.batch}</bdi></Anchor></Table.Td><Table.Td visibleFrom="sm">{format.day(line.expiresOn)}</Table.Td><Table.Td ta="end" className="figures">{line.quantity} <bdi>{line.unit}</bdi></Table.Td><Table.Td ta="end" className="figures">{line.returned}</Table.Td></Table.Tr>)}</Table.Tbody>
                  </Table>
                </Table.ScrollContainer>
                {dispense.counsellingNote === '' ? null : <Text size="sm" mt="sm">{t('pharmacy.counselling')}: <bdi>{dispense.counsellingNote}</bdi></Text>}
              </Section>
              {can('pharmacy.dispense') && dispense.lines.some((line) => left(line) !== '0') ? <Return dispense={dispense} /> : null}
            </>
          )}
        </Loaded>
      </Page>
    </>
  )
}
