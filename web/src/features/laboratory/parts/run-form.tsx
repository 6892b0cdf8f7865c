import { useState } from 'react'
import { Button, Group, Select, Stack, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { unitText } from '#contract/common/units.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { api, instrumentNamesQuery } from '../queries.ts'
import { useLevelName } from './level-name.ts'

/** A control run: the levels of one test, measured together on one instrument. */
export function RunForm({ onDone }: { onDone: (testId: string) => void }) {
  const t = useText()
  const levelName = useLevelName()
  const { facilityId, can } = useAuth()
  const instruments = useQuery({ ...instrumentNamesQuery(facilityId), enabled: can('instruments.read') }).data?.items ?? []
  const lots = useQuery({ queryKey: ['laboratory', 'quality', 'lots', facilityId], queryFn: ({ signal }) => api.listLots({ query: { facilityId, limit: 200 }, signal }) }).data?.items.filter((lot) => lot.isActive) ?? []
  const tests = new Map(lots.map((lot) => [lot.testId, lot.testName]))
  const [chosen, setChosen] = useState<string>()
  const [instrumentId, setInstrumentId] = useState<string>()
  const [values, setValues] = useState<Record<string, string>>({})
  const testId = chosen ?? lots[0]?.testId
  const own = lots.filter((lot) => lot.testId === testId)
  const points = own.flatMap((lot) => { const value = (values[lot.id] ?? '').trim(); return value === '' ? [] : [{ lotId: lot.id, value }] })
  const save = useWrite(() => api.recordRun({ body: { facilityId, points, ...(instrumentId === undefined ? {} : { instrumentId }) } }), { invalidate: [['laboratory', 'quality']], done: t('laboratory.quality.kept'), onDone: (run) => { setValues({}); onDone(run.testId) } })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (points.length > 0) save.mutate(undefined)
      }}
    >
      <Stack gap="sm">
        <Group align="end">
          <Select w={260} label={t('laboratory.test')} data={[...tests].map(([value, label]) => ({ value, label }))} value={testId ?? null} onChange={(value) => setChosen(value ?? undefined)} />
          {instruments.length === 0 ? null : <Select w={260} clearable label={t('laboratory.instruments.one')} placeholder={t('laboratory.quality.byHand')} data={instruments.map((one) => ({ value: one.id, label: one.name }))} value={instrumentId ?? null} onChange={(value) => setInstrumentId(value ?? undefined)} />}
        </Group>
        <Group align="end">
          {own.map((lot) => <TextInput key={lot.id} w={180} label={levelName(lot.level)} description={<bdi dir="ltr">{`${lot.mean} ± ${lot.sd} ${unitText(lot.unit)}`}</bdi>} inputMode="decimal" maxLength={20} value={values[lot.id] ?? ''} onChange={(event) => setValues((all) => ({ ...all, [lot.id]: event.target.value }))} />)}
          <Button type="submit" disabled={points.length === 0} loading={save.isPending}>{t('laboratory.quality.record')}</Button>
        </Group>
      </Stack>
    </form>
  )
}
