import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { colleaguesQuery } from '../queries.ts'

/** The second person who stands by when a controlled drug moves. */
export function Witness({ value, onChange, error, hint }: { value: string; onChange: (id: string) => void; error?: string | undefined; hint?: string }) {
  const t = useText()
  const { me, facilityId } = useAuth()
  const { data } = useQuery(colleaguesQuery(facilityId))
  return <Select label={t('pharmacy.witness')} description={hint} searchable clearable data={(data?.items ?? []).filter((one) => one.id !== me.user.id).map((one) => ({ value: one.id, label: [one.title, one.name].filter(Boolean).join(' ') }))} value={value} error={error} onChange={(id) => onChange(id ?? '')} />
}
