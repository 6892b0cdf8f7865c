import { Button, Stack } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useText } from '../../../kernel/i18n.ts'
import { Section } from '../../../ui/page.tsx'
import { Empty, Failed, Loading } from '../../../ui/states.tsx'
import { Timeline } from '../../../ui/timeline.tsx'
import { timelineQuery } from '../queries.ts'

export function TimelineTab({ patientId }: { patientId: string }) {
  const t = useText()
  const query = useInfiniteQuery(timelineQuery(patientId))
  const items = query.data?.pages.flatMap((page) => page.items) ?? []
  if (query.isPending) return <Loading rows={6} />
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />
  return (
    <Section>
      {items.length === 0 ? <Empty title={t('patients.timeline.empty')} hint={t('patients.timeline.emptyHint')} /> : null}
      <Stack>
        <Timeline items={items} />
        {query.hasNextPage ? (
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('common.earlier')}
          </Button>
        ) : null}
      </Stack>
    </Section>
  )
}
