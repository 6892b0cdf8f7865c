import { useState } from 'react'
import { Anchor, Button, Group, Select, Stack } from '@mantine/core'
import { IconMail } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { openBlob } from '../../../kernel/api.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { PatientPicker } from '../../../ui/patient-picker.tsx'
import { When } from '../../../ui/time.tsx'
import { api, type Affected, type Breach } from '../queries.ts'
import { FindAffected } from './find-affected.tsx'

const channels = ['post', 'e-mail', 'in-person', 'phone'] as const
type Channel = (typeof channels)[number]
const isChannel = (value: string | null): value is Channel => channels.some((one) => one === value)

function Letter({ row }: { row: Affected }) {
  const t = useText()
  const print = useWrite(async () => openBlob(await api.printLetter({ params: { id: row.id } })))
  return <Button size="xs" variant="default" leftSection={<IconMail size={14} />} loading={print.isPending} onClick={() => print.mutate(undefined)}>{t('privacy.affected.letter')}</Button>
}

function AddPatients({ breach }: { breach: Breach }) {
  const t = useText()
  const [channel, setChannel] = useState<Channel>('post')
  const add = useWrite((patientId: string) => api.addAffected({ params: { id: breach.id }, body: { patientIds: [patientId] } }), { invalidate: [['privacy']] })
  const mark = useWrite(() => api.markNotified({ params: { id: breach.id }, body: { channel } }), { invalidate: [['privacy']], done: t('privacy.affected.marked') })
  return (
    <Stack gap="sm">
      <FindAffected breach={breach} />
      <Group align="end">
        <div style={{ flex: 1, minWidth: 240 }}><PatientPicker label={t('privacy.affected.name')} value="" onChange={(id) => id !== '' && add.mutate(id)} /></div>
        <Select w={160} label={t('privacy.affected.channel')} data={channels.map((value) => ({ value, label: t(`privacy.channel.${value}`) }))} value={channel} onChange={(value) => isChannel(value) && setChannel(value)} />
        <Button variant="default" loading={mark.isPending} disabled={breach.affected === breach.notified} onClick={() => mark.mutate(undefined)}>{t('privacy.affected.mark')}</Button>
      </Group>
    </Stack>
  )
}

/** Whose data it was: named, or found in the audit; each gets a letter. */
export function AffectedPatients({ breach }: { breach: Breach }) {
  const t = useText()
  const isOpen = breach.actions.includes('assess')
  const load = ({ cursor, limit, signal }: PageRequest) => api.listAffected({ params: { id: breach.id }, query: { cursor, limit }, signal })
  return (
    <Stack>
      {isOpen ? <AddPatients breach={breach} /> : null}
      <DataTable
        name="affected" queryKey={['privacy', 'affected', breach.id]} load={load} rowId={(row) => row.id} rowMenu={(row) => <Letter row={row} />} empty={{ title: t('privacy.affected.empty'), hint: t('privacy.affected.emptyHint') }}
        columns={[
          { key: 'name', label: t('common.patient'), render: (row) => <Anchor component={Link} to={`/patients/${row.patientId}`} inherit><bdi>{row.name}</bdi></Anchor>, csv: (row) => row.name },
          { key: 'mrn', label: t('patients.field.mrn'), render: (row) => row.mrn },
          { key: 'origin', label: t('privacy.affected.origin'), render: (row) => t(`privacy.affected.origin.${row.origin}`) },
          { key: 'notified', label: t('privacy.affected.notified'), render: (row) => (row.notifiedAt === null ? '–' : <><When at={row.notifiedAt} /> · {t(`privacy.channel.${row.channel}`)}</>), csv: (row) => row.notifiedAt ?? '' },
        ]}
      />
    </Stack>
  )
}
