import { Select } from '@mantine/core'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'

/** The facility that is looked at: the acting one, or another in which the user may read. */
export function useFacilityFilter() {
  const { me, facility, can } = useAuth()
  const [param, set] = useSearchParam('facilityId')
  const choices = me.facilities.filter((one) => can('billing.read', one.id))
  const chosen = choices.find((one) => one.id === param) ?? facility
  return { choices, chosen, facilityId: chosen?.id ?? '', set }
}

export function FacilityFilter({ filter }: { filter: ReturnType<typeof useFacilityFilter> }) {
  const t = useText()
  if (filter.choices.length < 2) return null
  return <Select w={220} aria-label={t('common.facility')} allowDeselect={false} data={filter.choices.map((one) => ({ value: one.id, label: one.name }))} value={filter.facilityId} onChange={(value) => filter.set(value ?? undefined)} />
}
