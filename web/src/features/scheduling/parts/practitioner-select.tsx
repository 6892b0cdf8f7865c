import { Select } from '@mantine/core'
import type { ReactNode } from 'react'
import { useText } from '../../../kernel/i18n.ts'
import { usePractitioners } from '../queries.ts'

interface PractitionerSelectProps {
  value: string | undefined
  onChange: (id: string | undefined) => void
  /** Also «everybody». */
  hasAll?: boolean
  isFilter?: boolean
  isRequired?: boolean
  error?: ReactNode
}

export function PractitionerSelect({ value, onChange, hasAll = false, isFilter = false, isRequired = false, error }: PractitionerSelectProps) {
  const t = useText()
  const { items } = usePractitioners()
  const own = items.map((one) => ({ value: one.id, label: [one.title, one.name].filter(Boolean).join(' ') }))
  const data = hasAll ? [{ value: '', label: t('scheduling.everybody') }, ...own] : own
  const label = t('common.practitioner')
  return <Select {...(isFilter ? { 'aria-label': label, w: 220 } : { label })} searchable size="sm" withAsterisk={isRequired} error={error} data={data} value={value ?? (hasAll ? '' : null)} onChange={(next) => onChange(next === null || next === '' ? undefined : next)} nothingFoundMessage={t('common.none')} />
}
