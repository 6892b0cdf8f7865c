import { useState } from 'react'
import { Drawer, Select, Stack, Table, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { people } from '#contract/people.ts'
import { system } from '#contract/system.ts'
import { client } from '../../../kernel/api.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { PatientPicker } from '../../../ui/patient-picker.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import type { Tone } from '../../../ui/theme.ts'
import { When } from '../../../ui/time.tsx'

const api = client(system)
const staff = client(people)
type Entry = Awaited<ReturnType<typeof api.listAudit>>['items'][number]

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const shown = (value: unknown): string => (value === undefined || value === null ? '–' : typeof value === 'string' ? value : JSON.stringify(value))
const quiet = new Set(['tenant_id', 'version'])
const toneOf: Record<string, Tone> = { success: 'good', denied: 'warn', failure: 'bad' }

/** Before and after, field by field; what did not change is left out of a change. */
function Changes({ entry }: { entry: Entry }) {
  const t = useText()
  const [before, after] = [isRecord(entry.before) ? entry.before : {}, isRecord(entry.after) ? entry.after : {}]
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => !quiet.has(key) && (entry.before === null || entry.after === null || shown(before[key]) !== shown(after[key])))
  const details = isRecord(entry.details) ? Object.entries(entry.details) : []
  return (
    <Stack>
      <Text size="sm">{entry.actor.name || t('system.audit.program')} · <When at={entry.at} /></Text>
      {keys.length === 0 ? null : (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('system.audit.field')}</Table.Th>
              <Table.Th>{t('system.audit.before')}</Table.Th>
              <Table.Th>{t('system.audit.after')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {keys.map((key) => (
              <Table.Tr key={key}>
                <Table.Td><Text size="xs">{key}</Text></Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}><Text size="xs">{shown(before[key])}</Text></Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}><Text size="xs" fw={600}>{shown(after[key])}</Text></Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {details.map(([key, value]) => <Text key={key} size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>{key}: {shown(value)}</Text>)}
    </Stack>
  )
}

function useUsers() {
  const { can } = useAuth()
  const query = useQuery({ queryKey: ['people', 'users', 'choices'], queryFn: ({ signal }) => staff.listUsers({ query: { limit: 200 }, signal }), enabled: can('people.read'), staleTime: 300_000 })
  return (query.data?.items ?? []).map((user) => ({ value: user.id, label: user.displayName }))
}

function useFilter() {
  const [userId, setUser] = useSearchParam('userId')
  const [patientId, setPatient] = useSearchParam('patientId')
  const [action, setAction] = useSearchParam('action')
  const [from, setFrom] = useSearchParam('from')
  const [to, setTo] = useSearchParam('to')
  const format = useFormat()
  const isDate = (text: string | undefined): text is string => text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text)
  const query = { ...(userId ? { userId } : {}), ...(patientId ? { patientId } : {}), ...(action ? { action } : {}), ...(isDate(from) ? { from: format.instant(from, '00:00') } : {}), ...(isDate(to) ? { to: format.instant(to, '23:59') } : {}) }
  return { userId, setUser, patientId, setPatient, action, setAction, from, setFrom, to, setTo, query }
}

/** Who did what, to which record, when, and how it ended. */
export function AuditPage() {
  const t = useText()
  const filter = useFilter()
  const users = useUsers()
  const [open, setOpen] = useState<Entry>()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listAudit({ query: { ...filter.query, cursor, limit }, signal })
  const toolbar = (
    <>
      <Select w={200} searchable clearable aria-label={t('system.audit.user')} placeholder={t('system.audit.user')} data={users} value={filter.userId ?? null} onChange={(value) => filter.setUser(value ?? undefined)} />
      <TextInput w={200} aria-label={t('system.audit.action')} placeholder={t('system.audit.action')} maxLength={100} value={filter.action ?? ''} onChange={(event) => filter.setAction(event.currentTarget.value || undefined)} />
      <TextInput type="date" aria-label={t('common.from')} value={filter.from ?? ''} onChange={(event) => filter.setFrom(event.currentTarget.value || undefined)} />
      <TextInput type="date" aria-label={t('common.to')} value={filter.to ?? ''} onChange={(event) => filter.setTo(event.currentTarget.value || undefined)} />
    </>
  )
  return (
    <Page title={t('system.audit.title')}>
      <PatientPicker label={t('common.patient')} value={filter.patientId ?? ''} onChange={(id) => filter.setPatient(id || undefined)} />
      <DataTable
        name="audit" queryKey={['system', 'audit', filter.query]} load={load} rowId={(row) => row.id} onOpen={setOpen} toolbar={toolbar} empty={{ title: t('system.audit.empty'), hint: t('system.audit.emptyHint') }}
        columns={[
          { key: 'at', label: t('common.time'), render: (row) => <When at={row.at} />, csv: (row) => row.at },
          { key: 'actor', label: t('system.audit.user'), render: (row) => row.actor.name || t('system.audit.program') },
          { key: 'action', label: t('system.audit.action'), render: (row) => row.action },
          { key: 'subject', label: t('system.audit.record'), render: (row) => row.subject.type },
          { key: 'outcome', label: t('system.audit.outcome'), render: (row) => <StateBadge tone={toneOf[row.outcome] ?? 'neutral'} label={t(`system.audit.outcome.${row.outcome}`)} />, csv: (row) => row.outcome },
        ]}
      />
      <Drawer opened={open !== undefined} onClose={() => setOpen(undefined)} position="right" size="lg" title={open?.action ?? ''}>
        {open === undefined ? null : <Changes entry={open} />}
      </Drawer>
    </Page>
  )
}
