import { useState } from 'react'
import { Button, Drawer, Select, Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { api, instrumentNamesQuery, type LogEntry } from '../queries.ts'

const kinds = ['calibration', 'maintenance', 'repair', 'reagent'] as const
const useInstruments = (facilityId: string) => useQuery(instrumentNamesQuery(facilityId)).data?.items ?? []

function LogForm({ onDone }: { onDone: () => void }) {
  const t = useText()
  const { facilityId } = useAuth()
  const instruments = useInstruments(facilityId)
  const form = useAppForm({
    initialValues: { kind: 'calibration' as LogEntry['kind'], instrumentId: '', note: '', nextDueOn: '' },
    submit: ({ instrumentId, nextDueOn, ...values }) => api.addLog({ body: { facilityId, ...values, ...(instrumentId === '' ? {} : { instrumentId }), ...(nextDueOn === '' ? {} : { nextDueOn }) } }),
    done: () => {
      void queryClient.invalidateQueries({ queryKey: ['laboratory', 'log'] })
      onDone()
    },
  })
  return (
    <Form form={form} submitLabel={t('common.save')} cancel={onDone} labels={{ note: t('laboratory.log.note') }}>
      <Select label={t('laboratory.log.kind')} allowDeselect={false} data={kinds.map((value) => ({ value, label: t(`laboratory.log.${value}`) }))} {...form.fields.getInputProps('kind')} />
      <Select label={t('laboratory.instruments.one')} clearable data={instruments.map((one) => ({ value: one.id, label: one.name }))} {...form.fields.getInputProps('instrumentId')} />
      <Textarea label={t('laboratory.log.note')} withAsterisk autosize minRows={3} maxLength={1000} {...form.fields.getInputProps('note')} />
      <TextInput type="date" label={t('laboratory.log.next')} {...form.fields.getInputProps('nextDueOn')} />
    </Form>
  )
}

/** Calibrations, maintenance, repairs: what was done, by whom, and when it is due again. */
export function Log() {
  const t = useText()
  const format = useFormat()
  const { facilityId, can } = useAuth()
  const [isAdding, setAdding] = useState(false)
  const names = new Map(useInstruments(facilityId).map((one) => [one.id, one.name]))
  const load = ({ cursor, limit, signal }: PageRequest) => api.listLogs({ query: { facilityId, cursor, limit }, signal })
  const due = (row: LogEntry) => {
    if (row.nextDueOn === null) return '–'
    return row.nextDueOn < format.today() ? <StateBadge label={t('laboratory.log.overdue', { date: format.day(row.nextDueOn) })} tone="bad" /> : format.day(row.nextDueOn)
  }
  return (
    <>
      <DataTable
        name="lab-log" queryKey={['laboratory', 'log', facilityId]} load={load} rowId={(row: LogEntry) => row.id} empty={{ title: t('laboratory.log.empty'), hint: t('laboratory.log.emptyHint') }} {...(can('laboratory.quality') ? { toolbar: <Button size="xs" onClick={() => setAdding(true)}>{t('laboratory.log.add')}</Button> } : {})}
        columns={[
          { key: 'occurredAt', label: t('common.date'), render: (row) => <When at={row.occurredAt} /> },
          { key: 'kind', label: t('laboratory.log.kind'), render: (row) => t(`laboratory.log.${row.kind}`) },
          { key: 'instrument', label: t('laboratory.instruments.one'), render: (row) => names.get(row.instrumentId ?? '') ?? '–' },
          { key: 'note', label: t('laboratory.log.note'), isProse: true, render: (row) => row.note },
          { key: 'next', label: t('laboratory.log.next'), render: due, csv: (row) => row.nextDueOn ?? '' },
          { key: 'by', label: t('laboratory.log.by'), render: (row) => row.byName },
        ]}
      />
      <Drawer opened={isAdding} onClose={() => setAdding(false)} position="right" title={t('laboratory.log.add')}>{isAdding ? <LogForm onDone={() => setAdding(false)} /> : null}</Drawer>
    </>
  )
}
