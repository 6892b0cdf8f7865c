import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { everybodyQuery } from '../shift-queries.ts'

/** Another person who works here. */
export function Person({ label, value, onChange, error }: { label: string; value: string; onChange: (id: string) => void; error?: string | undefined }) {
  const { me, facilityId } = useAuth()
  const { data } = useQuery(everybodyQuery(facilityId))
  const people = (data?.items ?? []).filter((one) => one.id !== me.user.id).map((one) => ({ value: one.id, label: [one.title, one.name].filter(Boolean).join(' ') }))
  return <Select label={label} searchable clearable data={people} value={value === '' ? null : value} error={error} onChange={(id) => onChange(id ?? '')} />
}
