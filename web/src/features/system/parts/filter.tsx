import { Button, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { people } from '#contract/people.ts'
import { auditOutcome } from '#contract/system.ts'
import { client } from '../../../kernel/api.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { actionGroups, actionWord } from '../actions.ts'

const staff = client(people)
const isDate = (text: string | undefined): text is string => text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text)
const dayAfter = (date: string): string => new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10)

/** Filters of the audit, kept in the URL by id; the last day counts to its end. */
export function useAuditFilter() {
  const [userId, setUser] = useSearchParam('userId')
  const [patientId, setPatient] = useSearchParam('patientId')
  const [subjectId, setSubject] = useSearchParam('subjectId')
  const [action, setAction] = useSearchParam('action')
  const [from, setFrom] = useSearchParam('from')
  const [to, setTo] = useSearchParam('to')
  const [outcomeParam, setOutcome] = useSearchParam('outcome')
  const outcome = auditOutcome.safeParse(outcomeParam).data
  const format = useFormat()
  const query = {
    ...(userId ? { userId } : {}), ...(patientId ? { patientId } : {}), ...(subjectId ? { subjectId } : {}), ...(action ? { action } : {}), ...(outcome === undefined ? {} : { outcome }),
    ...(isDate(from) ? { from: format.instant(from, '00:00') } : {}), ...(isDate(to) ? { to: format.instant(dayAfter(to), '00:00') } : {}),
  }
  return { userId, setUser, patientId, setPatient, subjectId, setSubject, action, setAction, from, setFrom, to, setTo, outcome, setOutcome, query }
}
type AuditFilter = ReturnType<typeof useAuditFilter>

function useUsers() {
  const { can } = useAuth()
  const query = useQuery({ queryKey: ['people', 'users', 'choices'], queryFn: ({ signal }) => staff.listUsers({ query: { limit: 200 }, signal }), enabled: can(people.listUsers.permission), staleTime: 300_000 })
  return (query.data?.items ?? []).map((user) => ({ value: user.id, label: user.displayName }))
}

export function FilterBar({ filter }: { filter: AuditFilter }) {
  const t = useText()
  const users = useUsers()
  const label = (value: string) => `${actionWord(t, value)} · ${value.split(':')[0] ?? value}`
  const actions = actionGroups.map(({ group, items }) => ({ group: t(`system.area.${group}`), items: items.map((value) => ({ value, label: label(value) })) }))
  return (
    <>
      <Select w={200} searchable clearable label={t('system.audit.user')} data={users} value={filter.userId ?? null} onChange={(value) => filter.setUser(value ?? undefined)} />
      <Select w={280} searchable clearable label={t('system.audit.action')} data={actions} value={filter.action ?? null} onChange={(value) => filter.setAction(value ?? undefined)} />
      <TextInput type="date" label={t('common.from')} max={filter.to} value={filter.from ?? ''} onChange={(event) => filter.setFrom(event.currentTarget.value || undefined)} />
      <TextInput type="date" label={t('common.to')} min={filter.from} value={filter.to ?? ''} onChange={(event) => filter.setTo(event.currentTarget.value || undefined)} />
      <Select w={130} clearable label={t('system.audit.outcome')} data={auditOutcome.options.map((value) => ({ value, label: t(`system.audit.outcome.${value}`) }))} value={filter.outcome ?? null} onChange={(value) => filter.setOutcome(value ?? undefined)} />
      {filter.subjectId === undefined ? null : <Button variant="default" mt="lg" onClick={() => filter.setSubject(undefined)}>{t('system.audit.allRecords')}</Button>}
    </>
  )
}
