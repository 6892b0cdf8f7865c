import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { system } from '#contract/system.ts'
import { client } from '../../../kernel/api.ts'
import { useText } from '../../../kernel/i18n.ts'
import { When } from '../../../ui/time.tsx'

const api = client(system)

/** How far the chain of the audit is sealed. */
export function Sealing() {
  const t = useText()
  const query = useQuery({ queryKey: ['system', 'sealing'], queryFn: ({ signal }) => api.auditSealing({ signal }) })
  if (query.data === undefined) return null
  const { entries, sealedAt } = query.data
  return <Text size="sm" c="dimmed">{t('system.sealing.entries', { count: entries })}{sealedAt === null ? '' : <> · {t('system.sealing.last')} <When at={sealedAt} /></>}</Text>
}
