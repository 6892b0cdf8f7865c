import { Button, Select, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { breachState } from '#contract/privacy.ts'
import { Can } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { When } from '../../../ui/time.tsx'
import { Remaining } from '../parts/remaining.tsx'
import { BreachState } from '../parts/states.tsx'
import { api } from '../queries.ts'

/** Register of data breaches; the clock that ends next stands beside each. */
export function BreachesPage() {
  const t = useText()
  const [stateParam, setState] = useSearchParam('state')
  const state = breachState.safeParse(stateParam).data
  const load = ({ cursor, limit, signal }: PageRequest) => api.listBreaches({ query: { cursor, limit, ...(state === undefined ? {} : { state }) }, signal })
  const add = <Can permission="privacy.write"><Button component={Link} to="/breaches/new" leftSection={<IconPlus size={16} />}>{t('privacy.breach.new')}</Button></Can>
  const states = breachState.options.map((value) => ({ value, label: t(`privacy.breach.state.${value}`) }))
  return (
    <Page title={t('privacy.breaches.title')} actions={add}>
      <DataTable
        name="breaches" queryKey={['privacy', 'breaches', state]} load={load} rowId={(row) => row.id} rowPath={(row) => `/breaches/${row.id}`} empty={{ title: t('privacy.breaches.empty'), hint: t('privacy.breaches.emptyHint') }}
        toolbar={<Select w={180} clearable aria-label={t('common.state')} placeholder={t('privacy.anyState')} data={states} value={state ?? null} onChange={(value) => setState(value ?? undefined)} />}
        columns={[
          { key: 'title', label: t('privacy.breach.what'), render: (row) => <Text span inherit fw={600}>{row.title}</Text>, csv: (row) => row.title },
          { key: 'state', label: t('common.state'), render: (row) => <BreachState state={row.state} />, csv: (row) => row.state },
          { key: 'next', label: t('privacy.breach.next'), render: (row) => (row.nextDueAt === null ? '–' : <Remaining until={row.nextDueAt} />), csv: (row) => row.nextDueAt ?? '' },
          { key: 'discovered', label: t('privacy.breach.discovered'), render: (row) => <When at={row.discoveredAt} />, csv: (row) => row.discoveredAt },
          { key: 'affected', label: t('privacy.affected.title'), render: (row) => t('privacy.affected.told', { notified: row.notified, affected: row.affected }), align: 'end' },
          { key: 'law', label: t('privacy.breach.regimes'), render: (row) => row.regimes.map((one) => t(`privacy.regime.${one}`)).join(', ') },
        ]}
      />
    </Page>
  )
}
