import { useState } from 'react'
import { Anchor, Drawer, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { system } from '#contract/system.ts'
import { client } from '../../../kernel/api.ts'
import { useText } from '../../../kernel/i18n.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { PatientPicker } from '../../../ui/patient-picker.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import type { Tone } from '../../../ui/theme.ts'
import { When } from '../../../ui/time.tsx'
import { actionWord, roleWords } from '../actions.ts'
import { Changes, type Entry } from '../parts/changes.tsx'
import { ExportButtons } from '../parts/export-buttons.tsx'
import { FilterBar, useAuditFilter } from '../parts/filter.tsx'
import { Sealing } from '../parts/sealing.tsx'

const api = client(system)
const toneOf: Record<string, Tone> = { success: 'good', denied: 'warn', failure: 'bad' }

function Action({ action }: { action: string }) {
  const t = useText()
  const word = actionWord(t, action)
  return (
    <>
      {word} {word === action ? null : <Text component="span" size="xs" c="dimmed"><bdi>{action}</bdi></Text>}
    </>
  )
}

/** Who did what, to which record, when, and how it ended. */
export function AuditPage() {
  const t = useText()
  const filter = useAuditFilter()
  const [open, setOpen] = useState<Entry>()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listAudit({ query: { ...filter.query, cursor, limit }, signal })
  const showRecord = (id: string) => {
    setOpen(undefined)
    filter.setSubject(id)
  }
  return (
    <Page title={t('system.audit.title')} actions={<ExportButtons query={filter.query} />}>
      <Sealing />
      <PatientPicker label={t('common.patient')} value={filter.patientId ?? ''} onChange={(id) => filter.setPatient(id || undefined)} />
      <DataTable
        saves="page" name="audit" queryKey={['system', 'audit', filter.query]} load={load} rowId={(row) => row.id} onOpen={setOpen} toolbar={<FilterBar filter={filter} />} empty={{ title: t('system.audit.empty'), hint: t('system.audit.emptyHint') }}
        columns={[
          { key: 'at', label: t('common.time'), render: (row) => <When at={row.at} />, csv: (row) => row.at },
          { key: 'actor', label: t('system.audit.user'), render: (row) => <bdi>{row.actor.name || t('system.audit.program')}</bdi>, csv: (row) => row.actor.name },
          { key: 'role', label: t('system.audit.role'), render: (row) => roleWords(t, row.actor.role), csv: (row) => row.actor.role },
          { key: 'action', label: t('system.audit.action'), render: (row) => <Action action={row.action} />, csv: (row) => row.action },
          { key: 'subject', label: t('system.audit.record'), render: (row) => row.subject.type },
          { key: 'patient', label: t('common.patient'), render: (row) => (row.patientId === null ? '' : <Anchor component={Link} to={`/patients/${row.patientId}`} inherit>{t('common.open')}</Anchor>), csv: (row) => row.patientId ?? '' },
          { key: 'address', label: t('system.audit.address'), render: (row) => <bdi>{row.address}</bdi>, csv: (row) => row.address, isHidden: true },
          { key: 'outcome', label: t('system.audit.outcome'), render: (row) => <StateBadge tone={toneOf[row.outcome] ?? 'neutral'} label={t(`system.audit.outcome.${row.outcome}`)} />, csv: (row) => row.outcome },
        ]}
      />
      <Drawer opened={open !== undefined} onClose={() => setOpen(undefined)} position="right" size="lg" title={open === undefined ? '' : `${actionWord(t, open.action)} · ${open.subject.type}`}>
        {open === undefined ? null : <Changes entry={open} onRecord={showRecord} />}
      </Drawer>
    </Page>
  )
}
