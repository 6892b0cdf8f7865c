import { MultiSelect, SimpleGrid, Stack, Switch, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { Section } from '../../../ui/page.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { api, labelRulesQuery, type LabelRule } from '../queries.ts'
import { useRoleChoices } from './roles.tsx'

function Rule({ rule }: { rule: LabelRule }) {
  const t = useText()
  const roles = useRoleChoices()
  const write = useWrite((change: Partial<Omit<LabelRule, 'label' | 'version'>>) => api.writeLabelRule({ params: { label: rule.label }, ifMatch: rule.version, body: { roles: rule.roles, isTold: rule.isTold, breaksGlass: rule.breaksGlass, ...change } }), { invalidate: [['access', 'label-rules']], done: t('common.saved') })
  return (
    <Stack gap="xs">
      <MultiSelect label={t(`access.label.${rule.label}`)} description={t('access.rules.roles')} searchable disabled={write.isPending} data={roles} value={rule.roles} onChange={(names) => write.mutate({ roles: names })} />
      <Switch label={t('access.rules.told')} checked={rule.isTold} disabled={write.isPending} onChange={(event) => write.mutate(event.currentTarget.checked ? { isTold: true } : { isTold: false, breaksGlass: false })} />
      <Switch label={t('access.rules.glass')} checked={rule.breaksGlass} disabled={write.isPending || !rule.isTold} onChange={(event) => write.mutate({ breaksGlass: event.currentTarget.checked })} />
    </Stack>
  )
}

/** Which roles see a label; each change holds at once. */
export function LabelRules() {
  const t = useText()
  const query = useQuery(labelRulesQuery)
  return (
    <Section title={t('access.rules.labels')}>
      <Text size="sm" c="dimmed" mb="md">{t('access.rules.labelsHint')}</Text>
      <Loaded query={query}>{({ items }) => <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">{items.map((rule) => <Rule key={rule.label} rule={rule} />)}</SimpleGrid>}</Loaded>
    </Section>
  )
}
