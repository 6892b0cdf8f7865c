import { useEffect } from 'react'
import { Anchor, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Encounter } from '../../../kernel/features.ts'
import { useText } from '../../../kernel/i18n.ts'
import { Loaded } from '../../../ui/states.tsx'
import { api } from '../queries.ts'
import { ReportList } from './report-list.tsx'
import { ResultState, Value } from './states.tsx'

/** What the laboratory says of the visit, and what is still to come. */
export function VisitResults({ encounter }: { encounter: Encounter }) {
  const t = useText()
  const query = useQuery({ queryKey: ['laboratory', 'visit', encounter.id], queryFn: ({ signal }) => api.listResults({ query: { encounterId: encounter.id, limit: 100 }, signal }), refetchInterval: 30_000 })
  const out = (query.data?.items ?? []).filter((result) => result.resultVersion > 0)
  const key = out.map((result) => `${result.id}${result.resultVersion}`).join()
  useEffect(() => {
    if (key !== '') void api.seeResults({ body: { ids: out.map((result) => result.id) } }).catch(() => {})
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- seen once for each version that is shown
  }, [key])
  return (
    <Loaded query={query} rows={2}>
      {({ items }) => {
        const toCome = items.filter((result) => result.resultVersion === 0 && result.state !== 'cancelled').length
        if (items.length === 0) return <Text size="sm" c="dimmed">{t('laboratory.visit.none')}</Text>
        return (
          <Stack gap="xs">
            {out.map((result) => (
              <Group key={result.id} justify="space-between" gap="xs" wrap="nowrap">
                <Anchor component={Link} to={`/laboratory/results/${result.id}`} size="sm">{result.name}</Anchor>
                <Group gap={4}><Value result={result} />{result.status === 'final' ? null : <ResultState result={result} />}</Group>
              </Group>
            ))}
            {toCome > 0 ? <Text size="sm" c="dimmed">{t('laboratory.visit.toCome', { count: toCome })}</Text> : null}
            {out.length > 0 ? <ReportList filter={{ encounterId: encounter.id }} /> : null}
          </Stack>
        )
      }}
    </Loaded>
  )
}
