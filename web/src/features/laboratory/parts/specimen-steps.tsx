import { Button, Group } from '@mantine/core'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { LifecycleButtons, type LifecycleStep } from '../../../ui/lifecycle-buttons.tsx'
import { api, printLabels, type Specimen, touched } from '../queries.ts'
import { RejectButton } from './reject-form.tsx'

/** What may be done with a tube now, by whom it may be done. */
export function SpecimenSteps({ specimen, isShort = false }: { specimen: Specimen; isShort?: boolean }) {
  const t = useText()
  const { can } = useAuth()
  const request = { params: { id: specimen.id }, ifMatch: specimen.version }
  const all: (LifecycleStep & { permission: string; isLong?: boolean })[] = [
    { step: 'collect', permission: 'laboratory.collect', label: t('laboratory.step.collect'), isPrimary: true, run: () => api.collect({ ...request, body: {} }) },
    { step: 'receive', permission: 'laboratory.work', label: t('laboratory.step.receive'), isPrimary: true, run: () => api.receive({ ...request, body: {} }) },
    { step: 'store', permission: 'laboratory.work', isLong: true, label: t('laboratory.step.store'), needsReason: true, confirm: t('laboratory.step.storeHint'), run: (rack) => api.store({ ...request, body: { rack: rack.slice(0, 40) } }) },
    { step: 'send', permission: 'laboratory.work', isLong: true, label: t('laboratory.step.send'), needsReason: true, confirm: t('laboratory.step.sendHint'), run: (sentTo) => api.send({ ...request, body: { sentTo: sentTo.slice(0, 120) } }) },
    { step: 'discard', permission: 'laboratory.work', isLong: true, label: t('laboratory.step.discard'), confirm: t('laboratory.step.discardHint'), run: () => api.discard({ ...request, body: {} }) },
  ]
  const steps = all.filter((step) => can(step.permission, specimen.facilityId) && !(isShort && step.isLong === true))
  const size = isShort ? 'xs' : 'sm'
  return (
    <Group gap="xs" wrap={isShort ? 'nowrap' : 'wrap'}>
      <LifecycleButtons size={size} actions={specimen.actions} steps={steps} invalidate={touched} />
      {can('laboratory.work', specimen.facilityId) && specimen.actions.includes('reject') ? <RejectButton specimen={specimen} size={size} /> : null}
    </Group>
  )
}

/** Labels of every tube of the order that is still to be taken or sent. */
export function OrderLabels({ orderId }: { orderId: string }) {
  const t = useText()
  const print = useWrite(() => printLabels({ orderId }), { invalidate: [['laboratory']] })
  return <Button variant="default" loading={print.isPending} onClick={() => print.mutate(undefined)}>{t('laboratory.label.all')}</Button>
}

export function LabelButton({ specimen, size = 'sm' }: { specimen: Specimen; size?: 'xs' | 'sm' }) {
  const t = useText()
  const print = useWrite(() => printLabels({ specimenId: specimen.id }), { invalidate: [['laboratory']] })
  return <Button size={size} variant="default" loading={print.isPending} onClick={() => print.mutate(undefined)}>{specimen.labelsPrinted > 0 ? t('laboratory.label.again') : t('laboratory.label.print')}</Button>
}
