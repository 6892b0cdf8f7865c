import { Button, Group, Select, Text } from '@mantine/core'
import { ApiError } from '../../../kernel/api.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient, useWrite } from '../../../kernel/query.ts'
import { LifecycleButtons, type LifecycleStep } from '../../../ui/lifecycle-buttons.tsx'
import { api, usePractitionerChoices, visitQuery, type Visit } from '../queries.ts'
import styles from './visit.module.css'

const panelOf: Record<string, string> = { note: 'note', diagnosis: 'diagnoses' }

/** What the visit still lacks before it may be closed; each leads to where it is filled. */
export function StillMissing({ visit }: { visit: Visit }) {
  const t = useText()
  if (visit.missing.length === 0 || visit.state !== 'in-consultation') return null
  const jump = (key: string) => {
    const panel = document.getElementById(`panel-${panelOf[key] ?? key}`)
    panel?.scrollIntoView({ behavior: 'smooth' })
    panel?.querySelector<HTMLElement>('textarea, form input')?.focus({ preventScroll: true })
  }
  return (
    <div className={styles.missing} role="status">
      <Text size="sm">{t('encounters.missing.title')}</Text>
      {visit.missing.map((key) => (
        <Button key={key} size="compact-sm" variant="default" onClick={() => jump(key)}>
          {t(`encounters.missing.${key}`)}
        </Button>
      ))}
    </div>
  )
}

/** A refused close shows at once what is missing, also when it was known here otherwise. */
async function close(visit: Visit): Promise<Visit> {
  try {
    return await api.close({ params: { id: visit.id }, ifMatch: visit.version, body: {} })
  } catch (error) {
    if (error instanceof ApiError && error.missing.length > 0) queryClient.setQueryData(visitQuery(visit.id).queryKey, { ...visit, missing: error.missing })
    else void queryClient.invalidateQueries({ queryKey: visitQuery(visit.id).queryKey, exact: true })
    throw error
  }
}

function Assign({ visit }: { visit: Visit }) {
  const t = useText()
  const choices = usePractitionerChoices()
  const assign = useWrite((practitionerId: string) => api.assign({ params: { id: visit.id }, body: { practitionerId }, ifMatch: visit.version }), { invalidate: [['encounters']], done: t('common.saved') })
  return <Select size="xs" w={180} searchable placeholder={t('encounters.assign')} aria-label={t('encounters.assign')} data={choices} value={visit.practitionerId} onChange={(value) => value !== null && value !== visit.practitionerId && assign.mutate(value)} />
}

/** The steps of the visit, as the server names them. */
export function VisitSteps({ visit }: { visit: Visit }) {
  const t = useText()
  const { can } = useAuth()
  const common = { params: { id: visit.id }, ifMatch: visit.version }
  const steps: LifecycleStep[] = [
    { step: 'start-consult', label: t('encounters.step.start'), isPrimary: true, run: () => api.startConsult({ ...common, body: {} }) },
    { step: 'close', label: t('encounters.step.close'), isPrimary: true, run: () => close(visit) },
    { step: 'cancel', label: t('encounters.step.cancel'), needsReason: true, isDangerous: true, run: (reason) => api.cancel({ ...common, body: { reason } }) },
  ]
  const permission: Record<string, string> = { cancel: 'encounters.check-in' }
  const mine = visit.actions.filter((action) => can(permission[action] ?? 'encounters.write', visit.facilityId))
  const isOpen = visit.state === 'checked-in' || visit.state === 'in-consultation'
  return (
    <Group gap="xs">
      {isOpen && can('encounters.check-in', visit.facilityId) ? <Assign visit={visit} /> : null}
      <LifecycleButtons actions={mine} steps={steps} invalidate={[['encounters'], ['scheduling'], ['billing']]} />
    </Group>
  )
}
