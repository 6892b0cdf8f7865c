import { useState } from 'react'
import { Button, Group, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { people } from '#contract/people.ts'
import { client } from '../../../kernel/api.ts'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { api, type Breach } from '../queries.ts'

const staff = client(people)

/** Takes whose records the audit says were opened by a user in a span. */
export function FindAffected({ breach }: { breach: Breach }) {
  const t = useText()
  const format = useFormat()
  const users = useQuery({ queryKey: ['people', 'users', 'choices'], queryFn: ({ signal }) => staff.listUsers({ query: { limit: 200 }, signal }), staleTime: 300_000 })
  const [userId, setUser] = useState<string | null>(null)
  const [from, setFrom] = useState(format.today())
  const [to, setTo] = useState(format.today())
  const find = useWrite(
    () => api.findAffected({ params: { id: breach.id }, body: { ...(userId === null ? {} : { userId }), from: format.instant(from, '00:00'), to: format.instant(to, '23:59') } }),
    { invalidate: [['privacy']], done: t('privacy.affected.found') },
  )
  return (
    <Group align="end">
      <Select w={240} searchable clearable label={t('privacy.affected.openedBy')} data={(users.data?.items ?? []).map((user) => ({ value: user.id, label: user.displayName }))} value={userId} onChange={setUser} />
      <TextInput type="date" label={t('common.from')} max={to} value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
      <TextInput type="date" label={t('common.to')} min={from} value={to} onChange={(event) => setTo(event.currentTarget.value)} />
      <Button variant="default" loading={find.isPending} disabled={userId === null || from === '' || to === ''} onClick={() => find.mutate(undefined)}>{t('privacy.affected.find')}</Button>
    </Group>
  )
}
