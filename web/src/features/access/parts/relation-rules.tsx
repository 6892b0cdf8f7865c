import { MultiSelect, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { relation } from '#contract/access.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { Section } from '../../../ui/page.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { api, relationRulesQuery, type RelationRule } from '../queries.ts'
import { useRoleName } from './roles.tsx'

function Row({ rule }: { rule: RelationRule }) {
  const t = useText()
  const name = useRoleName()
  const write = useWrite((chosen: string[]) => api.writeRelationRule({ params: { role: rule.role }, ifMatch: rule.version, body: { relations: relation.array().parse(chosen) } }), { invalidate: [['access', 'relation-rules']], done: t('common.saved') })
  return (
    <Table.Tr>
      <Table.Td>{name(rule.role)}</Table.Td>
      <Table.Td>
        <MultiSelect aria-label={`${t('access.rules.relations')}: ${name(rule.role)}`} placeholder={rule.relations.length === 0 ? t('access.rules.unbound') : ''} disabled={write.isPending} data={relation.options.map((value) => ({ value, label: t(`access.relation.${value}`) }))} value={rule.relations} onChange={(chosen) => write.mutate(chosen)} />
      </Table.Td>
    </Table.Tr>
  )
}

/** Which roles see only patients they have to do with. */
export function RelationRules() {
  const t = useText()
  const query = useQuery(relationRulesQuery)
  return (
    <Section title={t('access.rules.relations')}>
      <Text size="sm" c="dimmed" mb="md">{t('access.rules.relationsHint')}</Text>
      <Loaded query={query}>{({ items }) => <Table layout="fixed"><Table.Tbody>{items.map((rule) => <Row key={rule.role} rule={rule} />)}</Table.Tbody></Table>}</Loaded>
    </Section>
  )
}
