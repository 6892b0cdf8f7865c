import { Select, TextInput } from '@mantine/core'
import type { z } from 'zod'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { addDays, isDate } from '../dates.ts'
import { PractitionerSelect } from './practitioner-select.tsx'

type Practitioner = readonly [string | undefined, (value: string | undefined) => void]

/** Days, practitioner and state by which a list of what is planned is narrowed, as the address holds them, and what they ask of the server. */
export function useDayFilters<States extends Record<string, string>>(states: z.ZodEnum<States>, [practitionerId, setPractitioner]: Practitioner) {
  const format = useFormat()
  const { facilityId } = useAuth()
  const [fromParam, setFrom] = useSearchParam('from')
  const [toParam, setTo] = useSearchParam('to')
  const [stateParam, setState] = useSearchParam('state')
  const from = isDate(fromParam) ? fromParam : format.today()
  const to = isDate(toParam) ? toParam : ''
  const state = states.safeParse(stateParam).data
  const query = { facilityId, practitionerId, state, from: format.instant(from, '00:00'), ...(to === '' ? {} : { to: format.instant(addDays(to, 1), '00:00') }) }
  return { from, to, state, practitionerId, query, setFrom, setTo, setState, setPractitioner }
}

interface DayFiltersProps {
  filters: Omit<ReturnType<typeof useDayFilters>, 'query' | 'state'> & { state: string | undefined }
  states: readonly { value: string; label: string }[]
}

export function DayFilters({ filters, states }: DayFiltersProps) {
  const t = useText()
  return (
    <>
      <TextInput type="date" aria-label={t('common.from')} value={filters.from} onChange={(event) => filters.setFrom(event.currentTarget.value)} />
      <TextInput type="date" aria-label={t('common.to')} value={filters.to} onChange={(event) => filters.setTo(event.currentTarget.value)} />
      <PractitionerSelect isFilter hasAll value={filters.practitionerId} onChange={filters.setPractitioner} />
      <Select w={170} aria-label={t('common.state')} data={[{ value: '', label: t('scheduling.anyState') }, ...states]} value={filters.state ?? ''} onChange={(value) => filters.setState(value ?? undefined)} />
    </>
  )
}
