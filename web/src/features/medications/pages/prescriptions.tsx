import { Select } from '@mantine/core'
import { prescriptionState } from '#contract/medications.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { Page } from '../../../ui/page.tsx'
import { PrescriptionTable } from '../parts/prescription-table.tsx'

/** The pharmacy's work-list: what doctors have signed and is not handed out. */
export function PrescriptionsPage() {
  const t = useText()
  const { facilityId, can } = useAuth()
  const [stateParam, setState] = useSearchParam('state')
  const chosen = stateParam ?? (can('medications.prescribe') ? 'all' : 'finalized')
  const states = [{ value: 'all', label: t('common.all') }, ...prescriptionState.options.map((value) => ({ value, label: t(`medications.state.${value}`) }))]
  const toolbar = <Select w={200} aria-label={t('common.state')} data={states} value={chosen} onChange={(value) => setState(value ?? undefined)} />
  return (
    <Page title={t('medications.prescriptions.title')}>
      <PrescriptionTable name="prescriptions" hasPatient filter={{ facilityId, state: prescriptionState.safeParse(chosen).data }} toolbar={toolbar} />
    </Page>
  )
}
