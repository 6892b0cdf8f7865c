import { useState } from 'react'
import { ActionIcon, Button, Drawer, Group, NumberInput, Select, Stack, Text } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { EscalationStep } from '#contract/alerts.ts'
import { people, roleName } from '#contract/people.ts'
import { client } from '../../../kernel/api.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { api, type Rule } from '../queries.ts'
import { kinds, useKindName } from './kinds.ts'

const staff = client(people)
/** What the program does where no rule stands; shown when one is begun. */
const usual: EscalationStep[] = [{ to: 'responsible', afterMinutes: 0 }, { to: 'role', role: 'doctor', afterMinutes: 15 }, { to: 'heads', afterMinutes: 15 }]
const targets = ['responsible', 'role', 'heads', 'user'] as const

function usePeople(): { value: string; label: string }[] {
  const { facilityId } = useAuth()
  const query = useQuery({ queryKey: ['people', 'practitioners', facilityId], queryFn: ({ signal }) => staff.listPractitioners({ query: { facilityId, limit: 200 }, signal }), staleTime: 600_000 })
  return (query.data?.items ?? []).map((one) => ({ value: one.id, label: [one.title, one.name].filter(Boolean).join(' ') }))
}

function useStepName(): (step: EscalationStep) => string {
  const t = useText()
  const names = new Map(usePeople().map((one) => [one.value, one.label]))
  return (step) => {
    const who = step.to === 'role' ? t(`people.role.${step.role}`) : step.to === 'user' ? (names.get(step.userId) ?? t('alerts.rules.to.user')) : t(`alerts.rules.to.${step.to}`)
    return step.afterMinutes === 0 ? who : t('alerts.rules.after', { who, count: step.afterMinutes })
  }
}

const turned = (to: string, step: EscalationStep, person: string): EscalationStep => {
  const { afterMinutes } = step
  if (to === 'role') return { to: 'role', role: 'doctor', afterMinutes }
  if (to === 'user') return { to: 'user', userId: person, afterMinutes }
  return { to: to === 'heads' ? 'heads' : 'responsible', afterMinutes }
}

function StepFields({ step, nth, onChange, onRemove }: { step: EscalationStep; nth: number; onChange: (step: EscalationStep) => void; onRemove: () => void }) {
  const t = useText()
  const staffChoices = usePeople()
  return (
    <Group align="end" gap="xs" role="group" aria-label={t('alerts.rules.nth', { number: nth })}>
      <NumberInput w={110} label={t('alerts.rules.minutes')} min={0} max={10_080} allowDecimal={false} value={step.afterMinutes} onChange={(value) => onChange({ ...step, afterMinutes: typeof value === 'number' ? value : 0 })} />
      <Select flex={1} miw={150} label={t('alerts.rules.who')} allowDeselect={false} data={targets.filter((to) => to !== 'user' || staffChoices.length > 0).map((value) => ({ value, label: t(`alerts.rules.to.${value}`) }))} value={step.to} onChange={(to) => onChange(turned(to ?? 'responsible', step, staffChoices[0]?.value ?? ''))} />
      {step.to === 'role' ? <Select flex={1} miw={150} label={t('alerts.rules.to.role')} allowDeselect={false} data={roleName.options.map((value) => ({ value, label: t(`people.role.${value}`) }))} value={step.role} onChange={(value) => onChange({ ...step, role: roleName.options.find((one) => one === value) ?? step.role })} /> : null}
      {step.to === 'user' ? <Select flex={1} miw={150} searchable label={t('alerts.rules.to.user')} allowDeselect={false} data={staffChoices} value={step.userId} onChange={(value) => onChange({ ...step, userId: value ?? step.userId })} /> : null}
      <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('alerts.rules.remove', { number: nth })} onClick={onRemove}><IconTrash size={18} /></ActionIcon>
    </Group>
  )
}

function RuleForm({ rule, onDone }: { rule: Rule | undefined; onDone: () => void }) {
  const t = useText()
  const nameOf = useKindName()
  const { facilityId, facility } = useAuth()
  const [kind, setKind] = useState<string>(rule?.kind ?? kinds[0])
  const [place, setPlace] = useState('all')
  const [steps, setSteps] = useState<EscalationStep[]>(rule?.steps ?? usual)
  const [limit, setLimit] = useState<number | ''>(rule?.limitMinutes ?? '')
  const limitMinutes = limit === '' ? null : limit
  const save = useWrite(() => (rule === undefined ? api.createRule({ body: { kind, steps, limitMinutes, ...(place === 'here' ? { facilityId } : {}) } }) : api.updateRule({ params: { id: rule.id }, ifMatch: rule.version, body: { steps, limitMinutes } })), { invalidate: [['alerts', 'rules']], done: t('alerts.rules.kept'), onDone })
  return (
    <Stack>
      {rule === undefined ? (
        <Group grow>
          <Select label={t('alerts.what')} allowDeselect={false} data={kinds.map((value) => ({ value, label: nameOf(value) }))} value={kind} onChange={(value) => setKind(value ?? kind)} />
          <Select label={t('alerts.rules.where')} allowDeselect={false} data={[{ value: 'all', label: t('alerts.rules.everywhere') }, { value: 'here', label: facility?.name ?? '' }]} value={place} onChange={(value) => setPlace(value ?? 'all')} />
        </Group>
      ) : null}
      {/* oxlint-disable-next-line react/no-array-index-key -- a step has no name of its own */}
      {steps.map((step, index) => <StepFields key={index} nth={index + 1} step={step} onChange={(next) => setSteps(steps.map((one, at) => (at === index ? next : one)))} onRemove={() => setSteps(steps.filter((_one, at) => at !== index))} />)}
      <Group><Button size="xs" variant="default" disabled={steps.length >= 10} onClick={() => setSteps([...steps, { to: 'heads', afterMinutes: 15 }])}>{t('alerts.rules.addStep')}</Button></Group>
      <Text size="xs" c="dimmed">{t('alerts.rules.hint')}</Text>
      <NumberInput label={t('alerts.rules.limit')} description={t('alerts.rules.limitHint')} min={1} max={10_080} allowDecimal={false} value={limit} onChange={(value) => setLimit(typeof value === 'number' ? value : '')} />
      <Group justify="end"><Button variant="default" onClick={onDone}>{t('common.cancel')}</Button><Button disabled={steps.length === 0} loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('common.save')}</Button></Group>
    </Stack>
  )
}

/** Who is told when nobody answers, step by step; a rule of the facility goes before one for all. */
export function Rules() {
  const t = useText()
  const nameOf = useKindName()
  const stepName = useStepName()
  const { can, me } = useAuth()
  const [open, setOpen] = useState<Rule | 'new'>()
  const close = () => setOpen(undefined)
  const load = ({ cursor, limit, signal }: PageRequest) => api.listRules({ query: { cursor, limit }, signal })
  const places = new Map(me.facilities.map((one) => [one.id, one.name]))
  return (
    <>
      <DataTable
        name="escalation-rules" queryKey={['alerts', 'rules']} load={load} rowId={(row: Rule) => row.id} empty={{ title: t('alerts.rules.empty'), hint: t('alerts.rules.emptyHint', { steps: usual.map(stepName).join(' · ') }) }}
        {...(can('alerts.rules') ? { onOpen: (row: Rule) => setOpen(row), toolbar: <Button size="xs" onClick={() => setOpen('new')}>{t('alerts.rules.add')}</Button> } : {})}
        columns={[
          { key: 'kind', label: t('alerts.what'), render: (row) => nameOf(row.kind) },
          { key: 'where', label: t('alerts.rules.where'), render: (row) => (row.facilityId === null ? t('alerts.rules.everywhere') : (places.get(row.facilityId) ?? '–')) },
          { key: 'limit', label: t('alerts.limits.limit'), align: 'end', render: (row) => (row.limitMinutes === null ? '–' : t('alerts.minutes', { count: row.limitMinutes })) },
          { key: 'steps', label: t('alerts.rules.steps'), isProse: true, render: (row) => row.steps.map(stepName).join(' · ') },
        ]}
      />
      <Drawer opened={open !== undefined} onClose={close} position="right" size="lg" title={t(open === 'new' ? 'alerts.rules.add' : 'alerts.rules.one')}>{open === undefined ? null : <RuleForm rule={open === 'new' ? undefined : open} onDone={close} />}</Drawer>
    </>
  )
}
