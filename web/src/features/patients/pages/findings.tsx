import { useState } from 'react'
import { Button, Grid, Group, SegmentedControl, Stack, Text } from '@mantine/core'
import { IconHistory, IconRefresh } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type FindingCounts, inconsistency, inconsistencyKinds, type Inconsistency, type PatientFinding } from '#contract/patients-cleaning.ts'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type Column, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { fullName } from '../../../ui/patient-banner.tsx'
import { PatientLine } from '../../../ui/patient-picker.tsx'
import { Loaded, StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { ChosenBar } from '../parts/chosen-bar.tsx'
import { ExportButton } from '../parts/export-button.tsx'
import { FindingDecision } from '../parts/finding-decision.tsx'
import { FindingRules } from '../parts/finding-rules.tsx'
import { cleaning, findingCountsQuery } from '../queries.ts'

const tones = { impossible: 'bad', doubtful: 'warn', missing: 'neutral' } as const
const whileRunningMs = 2000

function useColumns(rule: Inconsistency | undefined, state: 'open' | 'accepted'): Column<PatientFinding>[] {
  const t = useText()
  const value = (one: PatientFinding) => one.value
  return [
    { key: 'patient', label: t('common.patient'), render: (one) => <PatientLine patient={one.patient} />, csv: (one) => `${fullName(one.patient)} ${one.patient.mrn}` },
    ...(rule === undefined ? [{ key: 'rule', label: t('patients.findings.what'), render: (one: PatientFinding) => <StateBadge tone={tones[inconsistencyKinds[one.rule]]} label={t(`patients.finding.${one.rule}`)} />, csv: (one: PatientFinding) => t(`patients.finding.${one.rule}`) }] : []),
    { key: 'value', label: t('patients.findings.value'), render: (one) => <bdi dir="auto">{value(one)}</bdi>, csv: value },
    state === 'open' ? { key: 'foundAt', label: t('patients.findings.since'), render: (one) => <When at={one.foundAt} /> } : { key: 'reason', label: t('common.reason'), render: (one) => <Text size="sm"><bdi>{one.reason}</bdi> <Text span size="xs" c="dimmed"><bdi>{one.decidedBy}</bdi></Text></Text>, csv: (one) => one.reason },
  ]
}

function Checked({ check }: { check: FindingCounts['check'] }) {
  const t = useText()
  const format = useFormat()
  const isRunning = check !== null && check.finishedAt === null
  const start = useWrite(() => cleaning.checkRecords({ body: {} }), { invalidate: [['patients', 'findings']] })
  return (
    <Group gap="sm">
      <Text size="sm" c="dimmed" role="status">{isRunning ? t('patients.findings.running') : check === null ? t('patients.findings.never') : t('patients.findings.checked', { count: check.patients, at: format.dayTime(check.finishedAt) })}</Text>
      <Button size="xs" variant="default" leftSection={<IconRefresh size={16} aria-hidden />} loading={start.isPending || isRunning} onClick={() => start.mutate(undefined)}>{t('patients.findings.check')}</Button>
    </Group>
  )
}

/** Work-list of what does not fit together in the register. */
export function FindingsPage() {
  const t = useText()
  const [ruleParam, setRule] = useSearchParam('rule')
  const [stateParam, setState] = useSearchParam('state')
  const [chosen, setChosen] = useState<PatientFinding[]>([])
  const rule = inconsistency.safeParse(ruleParam).data
  const state = stateParam === 'accepted' ? 'accepted' : 'open'
  const counts = useQuery({ ...findingCountsQuery, refetchInterval: (query) => (query.state.data?.check?.finishedAt === null ? whileRunningMs : false) })
  const load = ({ cursor, limit, signal }: PageRequest) => cleaning.findings({ query: { cursor, limit, state, ...(rule === undefined ? {} : { rule }) }, signal })
  const choose = (next: Inconsistency | undefined) => {
    setChosen([])
    setRule(next)
  }
  const actions = (
    <>
      <Button variant="default" component={Link} to="/patients/corrections" leftSection={<IconHistory size={16} aria-hidden />}>{t('patients.corrections.title')}</Button>
      <ExportButton name="findings" load={() => cleaning.exportFindings({ body: rule === undefined ? {} : { rule } })} />
    </>
  )
  const columns = useColumns(rule, state)
  return (
    <Page title={t('patients.findings.title')} crumbs={[{ label: t('patients.title'), path: '/patients' }]} actions={actions}>
      <Loaded query={counts}>
        {(data) => (
          <Grid gap="md">
            <Grid.Col span={{ base: 12, md: 4, lg: 3 }}><FindingRules counts={data} rule={rule} state={state} onChoose={choose} /></Grid.Col>
            <Grid.Col span={{ base: 12, md: 8, lg: 9 }}>
              <Stack gap="sm">
                <Group justify="space-between"><Checked check={data.check} /><SegmentedControl size="xs" aria-label={t('common.state')} data={[{ value: 'open', label: t('patients.findings.open') }, { value: 'accepted', label: t('patients.findings.accepted') }]} value={state} onChange={(value) => { setChosen([]); setState(value === 'open' ? undefined : value) }} /></Group>
                {rule === undefined ? null : <Text size="sm" maw={720}>{t(`patients.finding.${rule}.why`)}</Text>}
                <ChosenBar patientIds={[...new Set(chosen.map((one) => one.patientId))]} rule={rule} onClear={() => setChosen([])} />
                <DataTable
                  saves="page" name="findings" queryKey={['patients', 'findings', 'list', { rule, state, at: data.check?.finishedAt }]} load={load} columns={columns} rowId={(one) => one.id} rowPath={(one) => `/patients/${one.patientId}?tab=details`} rowMenu={(one) => <FindingDecision finding={one} />}
                  selection={{ rows: chosen, onChange: setChosen, label: (one) => t('patients.chosen.one', { name: fullName(one.patient) }) }}
                  empty={{ title: t(state === 'open' ? 'patients.findings.none' : 'patients.findings.noneAccepted'), hint: t('patients.findings.noneHint') }}
                />
              </Stack>
            </Grid.Col>
          </Grid>
        )}
      </Loaded>
    </Page>
  )
}
