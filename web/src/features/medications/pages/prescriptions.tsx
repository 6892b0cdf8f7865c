import { useEffect, useState } from 'react'
import { Select, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { prescriptionDue, prescriptionState } from '#contract/medications.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { Page } from '../../../ui/page.tsx'
import { PrescriptionTable } from '../parts/prescription-table.tsx'

/** The pharmacy's work-list: what doctors have signed and is not wholly handed out, the longest waiting first; or one by its number. */
export function PrescriptionsPage() {
  const t = useText()
  const { facilityId, can } = useAuth()
  const [stateParam, setState] = useSearchParam('state')
  const chosen = stateParam ?? (can('medications.prescribe') ? 'all' : 'waiting')
  const [number = '', setNumber] = useSearchParam('number')
  const [text, setText] = useState(number)
  const [settled] = useDebouncedValue(text.trim(), 250)
  useEffect(() => {
    if (settled !== number) setNumber(settled === '' ? undefined : settled)
  }, [settled])
  const states = [...prescriptionDue.options.map((value) => ({ value, label: t(`medications.due.${value}`) })), { value: 'all', label: t('common.all') }, ...prescriptionState.options.map((value) => ({ value, label: t(`medications.state.${value}`) }))]
  const toolbar = (
    <>
      <TextInput w={200} aria-label={t('medications.prescription.find')} placeholder={t('medications.prescription.find')} maxLength={60} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      <Select w={200} aria-label={t('common.state')} data={states} value={chosen} disabled={number !== ''} allowDeselect={false} onChange={(value) => setState(value ?? undefined)} />
    </>
  )
  // A number is looked for in every state: what was handed out already is told so.
  const filter = number === '' ? { facilityId, state: prescriptionState.safeParse(chosen).data, due: prescriptionDue.safeParse(chosen).data } : { facilityId, number }
  return (
    <Page title={t('medications.prescriptions.title')}>
      <PrescriptionTable name="prescriptions" hasPatient filter={filter} toolbar={toolbar} />
    </Page>
  )
}
