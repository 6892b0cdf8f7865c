import { useState } from 'react'
import { Button, Modal, Stack, TextInput } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useGo } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { When } from '../../../ui/time.tsx'
import { DepartmentSelect } from '../parts/place-fields.tsx'
import { RoundState } from '../parts/round-state.tsx'
import { api, touched } from '../queries.ts'

/** Verification rounds. */
export function RoundsPage() {
  const t = useText()
  const go = useGo()
  const { facilityId, can } = useAuth()
  const [isNew, setNew] = useState(false)
  const [departmentId, setDepartment] = useState('')
  const [location, setLocation] = useState('')
  const start = useWrite(() => api.startRound({ body: { facilityId, location, ...(departmentId === '' ? {} : { departmentId }) } }), { invalidate: touched, onDone: (round) => go(`/equipment/rounds/${round.id}`) })
  const load = ({ cursor, limit, signal }: PageRequest) => api.listRounds({ query: { facilityId, cursor, limit }, signal })
  const add = can('assets.verify') ? <Button leftSection={<IconPlus size={16} />} onClick={() => setNew(true)}>{t('assets.round.new')}</Button> : null
  return (
    <Page title={t('assets.rounds')} crumbs={[{ label: t('assets.title'), path: '/equipment' }]} actions={add}>
      <DataTable
        name="asset-rounds" queryKey={['assets', 'rounds', facilityId]} load={load} rowId={(row) => row.id} rowPath={(row) => `/equipment/rounds/${row.id}`} empty={{ title: t('assets.rounds.none'), hint: t('assets.rounds.hint'), action: add }}
        columns={[
          { key: 'number', label: t('assets.number'), render: (row) => <bdi style={{ whiteSpace: 'nowrap' }}>{row.number}</bdi>, csv: (row) => row.number }, { key: 'state', label: t('common.state'), render: (row) => <RoundState state={row.state} />, csv: (row) => row.state }, { key: 'place', label: t('assets.place'), render: (row) => <bdi>{[row.departmentName, row.location].filter(Boolean).join(', ') || t('assets.round.whole')}</bdi> },
          { key: 'expected', label: t('assets.round.expected'), align: 'end', render: (row) => row.expected, csv: (row) => String(row.expected) }, { key: 'found', label: t('assets.round.found'), align: 'end', render: (row) => row.found, csv: (row) => String(row.found) }, { key: 'elsewhere', label: t('assets.round.elsewhere'), align: 'end', render: (row) => row.elsewhere, csv: (row) => String(row.elsewhere) }, { key: 'missing', label: t('assets.round.missing'), align: 'end', render: (row) => row.missing, csv: (row) => String(row.missing) }, { key: 'at', label: t('common.date'), render: (row) => <When at={row.createdAt} /> }, { key: 'by', label: t('assets.by'), render: (row) => <bdi>{row.createdBy}</bdi> },
        ]}
      />
      <Modal opened={isNew} onClose={() => setNew(false)} title={t('assets.round.new')}>
        <Stack>
          <DepartmentSelect none={t('assets.round.whole')} value={departmentId} onChange={setDepartment} />
          <TextInput label={t('assets.location')} description={t('assets.round.placeHint')} maxLength={120} value={location} onChange={(event) => setLocation(event.currentTarget.value)} />
          <Button loading={start.isPending} onClick={() => start.mutate(undefined)} style={{ alignSelf: 'end' }}>{t('assets.round.start')}</Button>
        </Stack>
      </Modal>
    </Page>
  )
}
