import { Button, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { intlTag, useLanguage, useText } from '../../../kernel/i18n.ts'
import { useGo } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Money } from '../../../ui/money.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Fact, Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { api, booksQuery, touched } from '../queries.ts'

/** A month by its name, in the reader's language. */
function useMonth(): (period: string) => string {
  const language = useLanguage()
  return (period) => new Intl.DateTimeFormat(intlTag(language), { timeZone: 'UTC', month: 'long', year: 'numeric' }).format(new Date(`${period}T00:00:00Z`))
}

function NextMonth() {
  const t = useText()
  const format = useFormat()
  const month = useMonth()
  const { facilityId } = useAuth()
  const query = useQuery(booksQuery(facilityId))
  return (
    <Loaded query={query}>
      {(books) => {
        const period = books.nextPeriod
        if (period === null) return <Text size="sm">{t('assets.run.nothing')}</Text>
        const run = { step: 'run', label: t('assets.run', { month: month(period) }), isPrimary: true, confirm: t('assets.run.confirm', { month: month(period), count: books.assets }), run: () => api.runDepreciation({ body: { facilityId, period } }) }
        return (
          <Group justify="space-between" align="end">
            <Group gap="xl" component="dl" m={0}><Fact label={t('assets.run.next')}>{month(period)}</Fact><Fact label={t('assets.run.expected')}><Money value={books.expected} /></Fact><Fact label={t('assets.run.assets')}>{books.assets}</Fact><Fact label={t('assets.closedUntil')}>{format.day(books.closedUntil)}</Fact></Group>
            <Can permission="assets.books">{books.canRun ? <LifecycleButtons actions={['run']} steps={[run]} invalidate={touched} /> : <Text size="sm" c="dimmed">{t('assets.run.notYet')}</Text>}</Can>
          </Group>
        )
      }}
    </Loaded>
  )
}

/** The books of a facility: the month that comes next, and those that are closed. */
export function BooksPage() {
  const t = useText()
  const go = useGo()
  const month = useMonth()
  const { facilityId } = useAuth()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listRuns({ query: { facilityId, cursor, limit }, signal })
  return (
    <Page title={t('assets.books')} actions={<Button variant="default" onClick={() => go('/equipment/schedule')}>{t('assets.schedule')}</Button>}>
      <Section title={t('assets.depreciation')}><NextMonth /></Section>
      <DataTable
        name="depreciation-runs" queryKey={['assets', 'runs', facilityId]} load={load} rowId={(row) => row.id} empty={{ title: t('assets.runs.none'), hint: t('assets.runs.hint') }}
        columns={[
          { key: 'period', label: t('assets.month'), render: (row) => month(row.period), csv: (row) => row.period }, { key: 'assets', label: t('assets.run.assets'), align: 'end', render: (row) => row.assets, csv: (row) => String(row.assets) }, { key: 'total', label: t('assets.depreciation'), align: 'end', render: (row) => <Money value={row.total} />, csv: (row) => row.total.amount },
          { key: 'at', label: t('assets.runAt'), render: (row) => <When at={row.createdAt} />, csv: (row) => row.createdAt }, { key: 'by', label: t('assets.by'), render: (row) => <bdi>{row.createdBy}</bdi>, csv: (row) => row.createdBy },
        ]}
      />
    </Page>
  )
}
