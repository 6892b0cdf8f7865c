import { Select, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { purpose } from '#contract/consents.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { Section } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { api, programsQuery, type Program } from '../queries.ts'

function Row({ program }: { program: Program }) {
  const t = useText()
  const write = useWrite((chosen: string) => api.writeProgram({ params: { id: program.keyId }, ifMatch: program.version, body: { purpose: purpose.safeParse(chosen).data ?? null } }), { invalidate: [['access', 'programs']], done: t('common.saved') })
  return (
    <Table.Tr>
      <Table.Td><bdi>{program.name}</bdi><Text size="xs" c="dimmed"><bdi>{program.owner}</bdi></Text></Table.Td>
      <Table.Td>
        <Select aria-label={`${t('access.consents.for')}: ${program.name}`} disabled={write.isPending} data={[{ value: '', label: t('access.programs.none') }, ...purpose.options.map((value) => ({ value, label: t(`access.purpose.${value}`) }))]} value={program.purpose ?? ''} onChange={(value) => write.mutate(value ?? '')} />
      </Table.Td>
    </Table.Tr>
  )
}

/** Which programs read only patients who allowed it. */
export function Programs() {
  const t = useText()
  const query = useQuery(programsQuery)
  return (
    <Section title={t('access.programs.title')}>
      <Text size="sm" c="dimmed" mb="md">{t('access.programs.hint')}</Text>
      <Loaded query={query}>{({ items }) => (items.length === 0 ? <Empty title={t('access.programs.empty')} /> : <Table layout="fixed"><Table.Tbody>{items.map((program) => <Row key={program.keyId} program={program} />)}</Table.Tbody></Table>)}</Loaded>
    </Section>
  )
}
