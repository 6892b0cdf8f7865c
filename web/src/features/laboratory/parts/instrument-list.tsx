import { useState } from 'react'
import { Button, Drawer } from '@mantine/core'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { type Instrument, lines } from '../queries.ts'
import { InstrumentForm } from './instrument-form.tsx'

/** The instruments of a facility, their lines and drivers. */
export function InstrumentList() {
  const t = useText()
  const { facilityId, can } = useAuth()
  const [open, setOpen] = useState<Instrument | 'new'>()
  const load = ({ cursor, limit, signal }: PageRequest) => lines.listInstruments({ query: { facilityId, cursor, limit }, signal })
  const mayWrite = can('instruments.write')
  return (
    <>
      <DataTable
        name="instruments" queryKey={['laboratory', 'instruments', facilityId]} load={load} rowId={(row: Instrument) => row.id} empty={{ title: t('laboratory.instruments.empty'), hint: t('laboratory.instruments.emptyHint') }}
        {...(mayWrite ? { onOpen: (row: Instrument) => setOpen(row), toolbar: <Button size="xs" onClick={() => setOpen('new')}>{t('laboratory.instruments.add')}</Button> } : {})}
        columns={[
          { key: 'name', label: t('common.name'), render: (row) => row.name },
          { key: 'protocol', label: t('laboratory.instruments.protocol'), render: (row) => <bdi dir="ltr">{row.protocol === 'hl7' ? 'HL7 v2' : 'ASTM'}</bdi> },
          { key: 'port', label: t('laboratory.instruments.listenPort'), align: 'end', render: (row) => row.listenPort ?? '–' },
          { key: 'codes', label: t('laboratory.instruments.mappings'), align: 'end', render: (row) => row.codes.length },
          { key: 'state', label: t('common.state'), render: (row) => <StateBadge label={t(row.isActive ? 'laboratory.quality.inUse' : 'laboratory.quality.ended')} tone={row.isActive ? 'good' : 'neutral'} /> },
        ]}
      />
      <Drawer opened={open !== undefined} onClose={() => setOpen(undefined)} position="right" size="xl" title={t('laboratory.instruments.one')}>{open === undefined ? null : <InstrumentForm instrument={open === 'new' ? undefined : open} onDone={() => setOpen(undefined)} />}</Drawer>
    </>
  )
}
