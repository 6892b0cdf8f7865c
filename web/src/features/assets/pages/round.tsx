import { useState } from 'react'
import { Alert, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { roundResult } from '#contract/assets-rounds.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { fieldError } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { usePathParam, useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Fact, Loaded, StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { RoundState } from '../parts/round-state.tsx'
import { ScanField } from '../parts/scan-field.tsx'
import { api, type Round, roundQuery, touched } from '../queries.ts'

const tones = { waiting: 'neutral', found: 'good', elsewhere: 'warn', missing: 'bad' } as const

/** One label after the other; where it stands, if not where the round is. */
function Scanning({ round }: { round: Round }) {
  const t = useText()
  const [location, setLocation] = useState(round.location)
  const scan = useWrite((code: string) => api.scanInRound({ params: { id: round.id }, body: { code, location } }), { invalidate: touched, isQuiet: true })
  const line = scan.data?.line
  return (
    <Stack gap="sm">
      <Group align="end">
        <TextInput label={t('assets.round.here')} description={t('assets.round.hereHint')} maxLength={120} value={location} onChange={(event) => setLocation(event.currentTarget.value)} />
        <ScanField label={t('assets.round.scan')} isFocused onCode={(code) => scan.mutate(code)} error={scan.isError ? fieldError(t, scan.error) : undefined} />
      </Group>
      {line === undefined ? null : <Alert role="status" variant="outline" color={line.result === 'found' ? 'river' : 'yellow'}><Group gap="xs"><StateBadge tone={tones[line.result]} label={t(`assets.round.result.${line.result}`)} /><Text size="sm"><bdi>{line.number}</bdi> · <bdi>{line.name}</bdi>{line.result === 'elsewhere' ? ` · ${t('assets.round.shouldBe', { place: line.expectedLocation || '–' })}` : ''}</Text></Group></Alert>}
    </Stack>
  )
}

function Lines({ round }: { round: Round }) {
  const t = useText()
  const [param, setResult] = useSearchParam('result')
  const result = roundResult.safeParse(param).data
  const load = ({ cursor, limit, signal }: PageRequest) => api.listRoundLines({ params: { id: round.id }, query: { cursor, limit, ...(result === undefined ? {} : { result }) }, signal })
  return (
    <DataTable
      name="round-lines" queryKey={['assets', 'round-lines', round.id, round.version, result]} load={load} rowId={(row) => row.id} rowPath={(row) => `/equipment/${row.assetId}`} empty={{ title: t('assets.round.empty') }}
      toolbar={<Select aria-label={t('assets.round.result')} data={[{ value: '', label: t('common.all') }, ...roundResult.options.filter((value) => value !== (round.state === 'counting' ? 'missing' : 'waiting')).map((value) => ({ value, label: t(`assets.round.result.${value}`) }))]} value={result ?? ''} onChange={(value) => setResult(value ?? undefined)} />}
      columns={[
        { key: 'number', label: t('assets.number'), render: (row) => <bdi style={{ whiteSpace: 'nowrap' }}>{row.number}</bdi>, csv: (row) => row.number }, { key: 'name', label: t('assets.asset'), render: (row) => <bdi>{row.name}</bdi>, csv: (row) => row.name }, { key: 'result', label: t('assets.round.result'), render: (row) => <StateBadge tone={tones[row.result]} label={t(`assets.round.result.${row.result}`)} />, csv: (row) => row.result },
        { key: 'expected', label: t('assets.round.shouldPlace'), render: (row) => <bdi>{row.expectedLocation || '–'}</bdi>, csv: (row) => row.expectedLocation }, { key: 'found', label: t('assets.round.foundPlace'), render: (row) => <bdi>{row.foundLocation || '–'}</bdi>, csv: (row) => row.foundLocation }, { key: 'at', label: t('common.when'), render: (row) => (row.foundAt === null ? '–' : <When at={row.foundAt} />), csv: (row) => row.foundAt ?? '' }, { key: 'by', label: t('assets.by'), render: (row) => <bdi>{row.foundBy || '–'}</bdi>, csv: (row) => row.foundBy },
      ]}
    />
  )
}

/** One round: scanning, what is missing or elsewhere, and its approval by somebody else. */
export function RoundPage() {
  const t = useText()
  const { can } = useAuth()
  const query = useQuery(roundQuery(usePathParam('id')))
  return (
    <Page title={query.data?.number ?? t('assets.round')} crumbs={[{ label: t('assets.rounds'), path: '/equipment/rounds' }]}>
      <Loaded query={query}>
        {(round) => {
          const common = { params: { id: round.id }, ifMatch: round.version }
          const steps = [
            { step: 'finish', label: t('assets.round.finish'), isPrimary: true, confirm: t('assets.round.finishConfirm', { count: round.missing }), run: () => api.finishRound({ ...common, body: {} }) }, { step: 'approve', label: t('assets.round.approve'), isPrimary: true, confirm: t('assets.round.approveConfirm', { missing: round.missing, elsewhere: round.elsewhere }), run: () => api.approveRound({ ...common, body: {} }) },
            { step: 'reopen', label: t('assets.round.reopen'), needsReason: true, run: (reason: string) => api.reopenRound({ ...common, body: { reason } }) }, { step: 'cancel', label: t('assets.round.cancel'), needsReason: true, isDangerous: true, run: (reason: string) => api.cancelRound({ ...common, body: { reason } }) },
          ]
          const allowed = round.actions.filter((step) => (step === 'approve' ? can('assets.approve') : can('assets.verify')))
          return (
            <>
              <Section>
                <Group justify="space-between" align="end" mb={round.state === 'counting' ? 'md' : 0}>
                  <Group gap="xl" component="dl" m={0}><Fact label={t('common.state')}><RoundState state={round.state} /></Fact><Fact label={t('assets.place')}><bdi>{[round.departmentName, round.location].filter(Boolean).join(', ') || t('assets.round.whole')}</bdi></Fact><Fact label={t('assets.round.expected')}>{round.expected}</Fact><Fact label={t('assets.round.found')}>{round.found}</Fact><Fact label={t('assets.round.elsewhere')}>{round.elsewhere}</Fact><Fact label={t('assets.round.missing')}>{round.missing}</Fact></Group>
                  <LifecycleButtons actions={allowed} steps={steps} invalidate={touched} />
                </Group>
                {round.state === 'counting' && can('assets.verify') ? <Scanning round={round} /> : null}
              </Section>
              <Lines round={round} />
            </>
          )
        }}
      </Loaded>
    </Page>
  )
}
