import { Button, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { api, chargesQuery, touched, type Charge } from '../queries.ts'
import { ChargeDerivation } from './derivation.tsx'
import { Why } from './why.tsx'

function ChargeLine({ charge }: { charge: Charge }) {
  const t = useText()
  const { can } = useAuth()
  return (
    <Group justify="space-between" py={4} style={{ borderBlockEnd: '1px solid var(--line)' }}>
      <Stack gap={0}>
        <Text size="sm">{charge.service.name} {charge.quantity === '1' ? '' : `× ${charge.quantity}`}</Text>
        <Text size="xs" c="dimmed">{t(`billing.source.${charge.source.type}`)} · <When at={charge.occurredAt} /></Text>
      </Stack>
      <Group gap="xs">
        <Text size="sm" fw={600} component="div"><Why value={charge.amount} of={charge.service.name}><ChargeDerivation charge={charge} /></Why></Text>
        <LifecycleButtons size="xs" actions={can('billing.write', charge.facilityId) ? charge.actions : []} invalidate={touched} steps={[{ step: 'cancel', label: t('common.remove'), needsReason: true, isDangerous: true, run: (reason) => api.cancelCharge({ params: { id: charge.id }, ifMatch: charge.version, body: { reason } }) }]} />
      </Group>
    </Group>
  )
}

/** Of one visit, or of what was ordered without one. */
function OfVisit({ encounterId, charges, onBill }: { encounterId: string; charges: Charge[]; onBill?: ((id: string) => void) | undefined }) {
  const t = useText()
  const draft = useWrite(() => api.draftInvoice({ body: encounterId === '' ? { patientId: charges[0]?.patientId ?? '', facilityId: charges[0]?.facilityId ?? '' } : { encounterId } }), { invalidate: touched, onDone: (bill) => onBill?.(bill.id) })
  return (
    <Stack gap={0}>
      {charges.map((charge) => <ChargeLine key={charge.id} charge={charge} />)}
      {onBill === undefined ? null : <Group justify="end" pt="xs"><Button loading={draft.isPending} onClick={() => draft.mutate(undefined)}>{t('billing.makeBill', { count: charges.length })}</Button></Group>}
    </Stack>
  )
}

/** Charges on no bill yet, visit by visit. */
export function OpenCharges({ filter, onBill }: { filter: { patientId?: string; encounterId?: string }; onBill?: (id: string) => void }) {
  const t = useText()
  const { can } = useAuth()
  const query = useQuery(chargesQuery(filter))
  return (
    <Loaded query={query} rows={2}>
      {({ items }) => {
        const visits = Object.entries(Object.groupBy(items, (charge) => charge.encounterId ?? ` ${charge.facilityId}`))
        if (items.length === 0) return <Text size="sm" c="dimmed">{t('billing.charges.empty')}</Text>
        return <Stack gap="md">{visits.map(([encounterId, charges]) => <OfVisit key={encounterId} encounterId={charges?.[0]?.encounterId ?? ''} charges={charges ?? []} onBill={can('billing.write') ? onBill : undefined} />)}</Stack>
      }}
    </Loaded>
  )
}
