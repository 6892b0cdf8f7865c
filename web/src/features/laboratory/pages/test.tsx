import { useState } from 'react'
import { Anchor, Button, Group, Stack, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { unitText } from '#contract/common/units.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { usePathParam } from '../../../kernel/routing.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { useAgeText } from '../../../ui/patient-banner.tsx'
import { Fact, Loaded, StateBadge } from '../../../ui/states.tsx'
import { TestForm } from '../parts/range-form.tsx'
import { api, testQuery } from '../queries.ts'

type Whole = Awaited<ReturnType<typeof api.readTest>>
type Range = Whole['ranges'][number]

const openEnd = 60_000

function useAgeOf(): (days: number) => string {
  const ageText = useAgeText()
  return (days) => ageText(days < 731 ? { count: days, unit: 'day', isEstimated: false } : { count: Math.round(days / 365.25), unit: 'year', isEstimated: false })
}

function useWho() {
  const t = useText()
  const years = useAgeOf()
  return (range: Range): string => {
    const age = range.ageFromDays === 0 && range.ageToDays >= openEnd ? t('laboratory.range.allAges') : range.ageToDays >= openEnd ? `≥ ${years(range.ageFromDays)}` : `${years(range.ageFromDays)} – ${years(range.ageToDays)}`
    const pregnancy = range.weekTo === null ? '' : t('laboratory.range.weeks', { from: range.weekFrom ?? 0, to: range.weekTo })
    return [range.sex === null ? '' : t(`patients.sex.${range.sex}`), pregnancy === '' ? age : pregnancy, range.method].filter(Boolean).join(' · ')
  }
}

function Ranges({ test }: { test: Whole }) {
  const t = useText()
  const who = useWho()
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table>
        <Table.Thead><Table.Tr><Table.Th>{t('laboratory.range.who')}</Table.Th><Table.Th ta="end">{t('laboratory.range')}</Table.Th><Table.Th ta="end">{t('laboratory.range.critical')}</Table.Th><Table.Th>{t('laboratory.range.source')}</Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {test.ranges.map((range) => (
            <Table.Tr key={range.id}>
              <Table.Td>{who(range)}</Table.Td>
              <Table.Td ta="end" className="figures whole"><bdi dir="ltr">{[range.low ?? '', range.high ?? ''].join(' – ')} {range.text}</bdi></Table.Td>
              <Table.Td ta="end" className="figures whole"><bdi dir="ltr">{range.criticalLow === null && range.criticalHigh === null ? '' : `≤ ${range.criticalLow ?? '–'} · ≥ ${range.criticalHigh ?? '–'}`}</bdi></Table.Td>
              <Table.Td><Text size="xs" c="dimmed">{range.source}</Text></Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

/** Its names in other languages, and when it stands in the scope of accreditation. */
function Known({ test }: { test: Whole }) {
  const t = useText()
  const format = useFormat()
  const names = Object.entries(test.names).filter(([, name]) => name !== test.name)
  const span = ({ from, to }: Whole['accredited'][number]) => (to === undefined ? t('laboratory.scope.still', { from: format.day(from) }) : t('laboratory.scope.span', { from: format.day(from), to: format.day(to) }))
  return (
    <>
      {names.length === 0 ? null : <Fact label={t('laboratory.tests.names')}>{names.map(([language, name]) => <div key={language} lang={language}><bdi>{name}</bdi></div>)}</Fact>}
      {test.kind === 'panel' ? null : <Fact label={t('laboratory.scope')}>{test.accredited.length === 0 ? t('laboratory.scope.none') : test.accredited.map(span).join(', ')}</Fact>}
    </>
  )
}

/** A test: what it is, its ranges with their sources, and where none holds. */
export function TestPage() {
  const t = useText()
  const years = useAgeOf()
  const { can } = useAuth()
  const [isEditing, setEditing] = useState(false)
  const query = useQuery(testQuery(usePathParam('id')))
  return (
    <Page title={query.data?.name ?? t('laboratory.test')} crumbs={[{ label: t('laboratory.tests.title'), path: '/laboratory/tests' }]} actions={query.data === undefined || isEditing || !can('laboratory.catalogue') ? null : <Button variant="default" onClick={() => setEditing(true)}>{t('common.edit')}</Button>}>
      <Loaded query={query} rows={6}>
        {(test) => (
          <Stack>
            <Group component="dl" gap="lg" m={0}>
              <Fact label={t('laboratory.code')}>{test.code}</Fact>
              <Fact label="LOINC">{test.loinc}</Fact>
              <Fact label={t('laboratory.unit')}>{test.unit === '' ? '' : <bdi dir="ltr">{unitText(test.unit)}</bdi>}</Fact>
              <Fact label={t('laboratory.specimen.container')}>{[test.specimenType, test.container, test.timepoint].filter(Boolean).join(' · ')}</Fact>
              <Fact label={t('laboratory.turnaround')}>{t('alerts.minutes', { count: test.turnaroundMinutes })}</Fact>
              <Fact label={t('laboratory.tests.price')}>{test.service === null ? <StateBadge label={t('laboratory.tests.noPrice')} tone="warn" /> : <>{test.service.name} <bdi>{test.service.code}</bdi></>}</Fact>
              <Known test={test} />
              {test.isActive ? null : <Fact label={t('common.state')}><StateBadge label={t('common.inactive')} tone="warn" /></Fact>}
              {test.formula === '' ? null : <Fact label={t('laboratory.formula')}><bdi dir="ltr">{test.formula}</bdi> <Text size="xs" c="dimmed">{test.formulaSource} <bdi dir="ltr">{Object.entries(test.formulaUnits).map(([code, unit]) => `${code}: ${unitText(unit)}`).join(', ')}</bdi></Text></Fact>}
            </Group>
            {test.members.length === 0 ? null : <Section title={t('laboratory.members')}><Group gap="xs">{test.members.map((member) => <Anchor key={member.id} component={Link} to={`/laboratory/tests/${member.id}`} size="sm">{member.name}</Anchor>)}</Group></Section>}
            {isEditing ? <Section title={t('common.edit')}><TestForm test={test} onDone={() => setEditing(false)} /></Section> : null}
            {test.ranges.length === 0 || isEditing ? null : <Section title={t('laboratory.ranges')}><Ranges test={test} /></Section>}
            {test.gaps.length === 0 ? null : <Text size="sm" c="dimmed">{t('laboratory.gaps')}: {test.gaps.map((gap) => `${t(`patients.sex.${gap.sex}`)} ${years(gap.ageFromDays)} – ${years(gap.ageToDays)}`).join(', ')}</Text>}
          </Stack>
        )}
      </Loaded>
    </Page>
  )
}
