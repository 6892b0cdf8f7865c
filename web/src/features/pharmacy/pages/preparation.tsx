import { Button, Group, SimpleGrid, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { usePathParam } from '../../../kernel/routing.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { Fact } from '../../inventory/public.tsx'
import { preparationQuery, printBatchLabel, printBatchRecord, versionsQuery, type Preparation } from '../queries.ts'

/** How it was to be made: the version of the formula this batch was made by. */
function ByFormula({ made }: { made: Preparation }) {
  const t = useText()
  const { data } = useQuery(versionsQuery(made.itemId))
  const formula = data?.items.find((one) => one.id === made.formulaId)
  if (formula === undefined) return null
  return (
    <Section title={`${t('pharmacy.formula')}: ${formula.name} · ${t('pharmacy.formula.version')} ${formula.formulaVersion}`}>
      <Text size="sm"><bdi>{formula.lines.map((line) => `${line.itemName} ${line.quantity} ${line.unit}`).join(' + ')}</bdi></Text>
      {formula.method === '' ? null : <Text size="sm" mt="xs" style={{ whiteSpace: 'pre-wrap' }}><bdi>{formula.method}</bdi></Text>}
    </Section>
  )
}

/** The record of one batch: what went in of which lot, the steps as they were done, what came out. */
export function PreparationPage() {
  const t = useText()
  const format = useFormat()
  const id = usePathParam('id')
  const query = useQuery(preparationQuery(id))
  return (
    <Page title={query.data?.number ?? t('pharmacy.preparations')} crumbs={[{ label: t('pharmacy.preparations'), path: '/pharmacy/preparations' }]} actions={<Group gap="xs"><Button variant="default" onClick={() => void printBatchLabel(id)}>{t('pharmacy.prepare.label')}</Button><Button variant="default" onClick={() => void printBatchRecord(id)}>{t('pharmacy.prepare.record')}</Button></Group>}>
      <Loaded query={query}>
        {(made) => (
          <>
            <Section>
              <SimpleGrid cols={{ base: 2, sm: 4 }}>
                <Fact label={t('inventory.item')} value={made.itemName} />
                <Fact label={t('inventory.batch')} value={made.batch} />
                <Fact label={t('common.date')} value={format.day(made.madeOn)} />
                <Fact label={t('inventory.expires')} value={format.day(made.expiresOn)} />
                <Fact label={t('pharmacy.prepare.planned')} value={`${made.planned} ${made.unit}`} />
                <Fact label={t('pharmacy.yield')} value={`${made.yielded} ${made.unit} (${made.yieldPercent} %)`} />
                <Fact label={t('pharmacy.prepare.madeBy')} value={made.madeBy} />
                {made.witness === '' ? null : <Fact label={t('pharmacy.witness')} value={made.witness} />}
              </SimpleGrid>
              {made.note === '' ? null : <Text size="sm" mt="sm" style={{ whiteSpace: 'pre-wrap' }}><bdi>{made.note}</bdi></Text>}
            </Section>
            <Section title={t('pharmacy.consumed')}>
              <Table>
                <Table.Thead><Table.Tr><Table.Th>{t('inventory.item')}</Table.Th><Table.Th>{t('inventory.batch')}</Table.Th><Table.Th ta="end">{t('common.quantity')}</Table.Th></Table.Tr></Table.Thead>
                <Table.Tbody>{made.consumed.map((one) => <Table.Tr key={one.itemId + one.batch}><Table.Td><bdi>{one.itemName}</bdi></Table.Td><Table.Td><bdi>{one.batch}</bdi></Table.Td><Table.Td ta="end" className="figures">{one.quantity} <bdi>{one.unit}</bdi></Table.Td></Table.Tr>)}</Table.Tbody>
              </Table>
            </Section>
            {made.steps.length === 0 ? null : (
              <Section title={t('pharmacy.formula.steps')}>
                <Table>
                  <Table.Thead><Table.Tr><Table.Th>{t('pharmacy.prepare.potency')}</Table.Th><Table.Th>{t('pharmacy.prepare.parts')}</Table.Th><Table.Th>{t('pharmacy.prepare.vehicle')}</Table.Th><Table.Th ta="end">{t('pharmacy.prepare.succussions')}</Table.Th></Table.Tr></Table.Thead>
                  <Table.Tbody>{made.steps.map((step, index) => <Table.Tr key={index}><Table.Td><bdi>{step.potency}</bdi></Table.Td><Table.Td className="figures"><bdi dir="ltr">1 : {step.parts}</bdi></Table.Td><Table.Td><bdi>{step.vehicle ?? ''}</bdi></Table.Td><Table.Td ta="end" className="figures">{step.succussions ?? ''}</Table.Td></Table.Tr>)}</Table.Tbody>
                </Table>
              </Section>
            )}
            <ByFormula made={made} />
          </>
        )}
      </Loaded>
    </Page>
  )
}
