import { Badge, Box, Group, NavLink, Paper, Select, Text } from '@mantine/core'
import { inconsistencyKinds, type FindingCounts, type Inconsistency } from '#contract/patients-cleaning.ts'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'

interface FindingRulesProps {
  counts: FindingCounts
  rule: Inconsistency | undefined
  state: 'open' | 'accepted'
  onChoose: (rule: Inconsistency | undefined) => void
}

const kinds = ['impossible', 'doubtful', 'missing'] as const

/** The rules with how many records each holds for: what cannot be so comes first. */
export function FindingRules({ counts, rule, state, onChoose }: FindingRulesProps) {
  const t = useText()
  const format = useFormat()
  const all = counts.items.reduce((sum, one) => sum + one[state], 0)
  const held = counts.items.filter((one) => one[state] > 0 || one.rule === rule)
  const number = (n: number) => <Badge variant="default" radius="sm" miw="max-content">{format.number(n)}</Badge>
  return (
    <>
      <Paper visibleFrom="md" component="nav" p="xs" bg="var(--surface)" aria-label={t('patients.findings.rules')}>
        <NavLink component="button" type="button" active={rule === undefined} label={t('common.all')} rightSection={number(all)} onClick={() => onChoose(undefined)} />
        {kinds.map((kind) => {
          const shown = held.filter((one) => inconsistencyKinds[one.rule] === kind)
          return shown.length === 0 ? null : (
            <Box key={kind} mt="xs">
              <Text size="xs" c="dimmed" fw={600} px="sm">{t(`patients.findings.kind.${kind}`)}</Text>
              {shown.map((one) => <NavLink key={one.rule} component="button" type="button" active={one.rule === rule} label={t(`patients.finding.${one.rule}`)} rightSection={number(one[state])} onClick={() => onChoose(one.rule)} />)}
            </Box>
          )
        })}
      </Paper>
      <Group hiddenFrom="md">
        <Select flex={1} aria-label={t('patients.findings.rules')} data={[{ value: '', label: `${t('common.all')} · ${format.number(all)}` }, ...held.map((one) => ({ value: one.rule, label: `${t(`patients.finding.${one.rule}`)} · ${format.number(one[state])}` }))]} value={rule ?? ''} onChange={(value) => onChoose(held.find((one) => one.rule === value)?.rule)} />
      </Group>
    </>
  )
}
