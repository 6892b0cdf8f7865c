import { Group, SegmentedControl, Select, TextInput } from '@mantine/core'
import { IconBarcode } from '@tabler/icons-react'
import { useState } from 'react'
import { specimenState } from '#contract/laboratory-flow.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useGo, useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type Column, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { PatientName } from '../../../ui/patient-name.tsx'
import { LabelButton, SpecimenSteps } from '../parts/specimen-steps.tsx'
import { Due, Payment, Priority, SpecimenState } from '../parts/states.tsx'
import { api, type Specimen } from '../queries.ts'

/** A scanned tube opens. */
function Scan() {
  const t = useText()
  const go = useGo()
  const [number, setNumber] = useState('')
  const [error, setError] = useState<string>()
  const find = useWrite((wanted: string) => api.listSpecimens({ query: { number: wanted, limit: 1 } }), {
    onDone: ({ items: [first] }) => {
      if (first === undefined) setError(t('laboratory.scan.none'))
      else go(`/laboratory/specimens/${first.id}`)
    },
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (number.trim() !== '') find.mutate(number.trim().toUpperCase())
      }}
    >
      <TextInput aria-label={t('laboratory.scan.label')} placeholder={t('laboratory.scan.label')} leftSection={<IconBarcode size={16} aria-hidden />} maxLength={40} value={number} error={error} onChange={(event) => { setNumber(event.currentTarget.value); setError(undefined) }} />
    </form>
  )
}

const open: ReadonlySet<string> = new Set(['requested', 'collected'])
const places = ['outpatient', 'ward', 'home'] as const
const shown = ['requested', 'collected', 'received', 'rejected'] as const

function useColumns(): Column<Specimen>[] {
  const t = useText()
  return [
    { key: 'number', label: t('laboratory.specimen.number'), render: (row) => <span className="figures">{row.number}</span> },
    { key: 'patient', label: t('common.patient'), render: (row) => <PatientName row={row} /> },
    { key: 'contents', label: t('laboratory.specimen.contents'), render: (row) => row.contents },
    { key: 'container', label: t('laboratory.specimen.container'), render: (row) => [row.container, row.timepoint].filter(Boolean).join(' · ') },
    { key: 'priority', label: t('orders.priority.label'), render: (row) => <Priority priority={row.priority} />, csv: (row) => row.priority },
    { key: 'payment', label: t('laboratory.payment'), render: (row) => <Payment payment={row.payment} />, csv: (row) => (row.payment ? t(`laboratory.payment.${row.payment}`) : '') },
    { key: 'due', label: t('laboratory.due'), render: (row) => <Due at={row.dueAt} isOpen={open.has(row.state)} />, csv: (row) => row.dueAt },
    { key: 'state', label: t('common.state'), render: (row) => <SpecimenState state={row.state} />, csv: (row) => t(`laboratory.specimen.${row.state}`) },
  ]
}

/** Tubes: to collect, to receive, on the bench. */
export function SpecimensPage() {
  const t = useText()
  const { facilityId, can } = useAuth()
  const [stateParam, setState] = useSearchParam('state')
  const chosen = stateParam ?? (can('laboratory.work') ? 'collected' : 'requested')
  const [placeParam, setPlace] = useSearchParam('place')
  const place = places.find((one) => one === placeParam)
  const filter = { facilityId, state: specimenState.safeParse(chosen).data, ...(place === undefined ? {} : { place }) }
  const load = ({ cursor, limit, signal }: PageRequest) => api.listSpecimens({ query: { ...filter, cursor, limit }, signal })
  const toolbar = (
    <>
      <SegmentedControl size="sm" maw="100%" style={{ overflowX: 'auto' }} aria-label={t('common.state')} data={[...shown.map((value) => ({ value, label: t(`laboratory.list.${value}`) })), { value: 'all', label: t('common.all') }]} value={chosen} onChange={setState} />
      <Select w={170} clearable aria-label={t('laboratory.place')} placeholder={t('laboratory.place')} data={places.map((value) => ({ value, label: t(`laboratory.place.${value}`) }))} value={place ?? null} onChange={(value) => setPlace(value ?? undefined)} />
      <Scan />
    </>
  )
  return (
    <Page title={t('laboratory.specimens.title')}>
      <DataTable
        name="specimens" queryKey={['laboratory', 'specimens', filter]} load={load} columns={useColumns()} rowId={(row) => row.id} rowPath={(row) => `/laboratory/specimens/${row.id}`} refetchMs={20_000} toolbar={toolbar} empty={{ title: t('laboratory.specimens.empty'), hint: t('laboratory.specimens.emptyHint') }}
        rowMenu={(row) => <Group gap={4} justify="end" wrap="nowrap">{row.state === 'requested' ? <LabelButton specimen={row} size="xs" /> : null}<SpecimenSteps specimen={row} isShort /></Group>}
      />
    </Page>
  )
}
