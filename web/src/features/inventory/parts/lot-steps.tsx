import { useText } from '../../../kernel/i18n.ts'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { api, touched, type Lot } from '../queries.ts'

/** Holds, frees or recalls a lot. */
export function LotSteps({ lot, size = 'sm', onRecalled }: { lot: Lot; size?: 'xs' | 'sm'; onRecalled?: () => void }) {
  const t = useText()
  const common = { params: { id: lot.id }, ifMatch: lot.version }
  const steps = [
    { step: 'quarantine', label: t('inventory.lot.quarantine'), needsReason: true, run: (reason: string) => api.holdLot({ ...common, body: { reason } }) },
    { step: 'release', label: t('inventory.lot.release'), needsReason: true, run: (reason: string) => api.releaseLot({ ...common, body: { reason } }) },
    { step: 'recall', label: t('inventory.lot.recall'), needsReason: true, isDangerous: true, confirm: t('inventory.lot.recallConfirm', { batch: lot.batch }), run: async (reason: string) => { await api.recallLot({ ...common, body: { reason } }); onRecalled?.() } },
  ]
  return <LifecycleButtons size={size} actions={lot.actions} steps={steps} invalidate={touched} />
}
