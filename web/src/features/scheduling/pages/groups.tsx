import { useState } from 'react'
import { Button, Drawer } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { sessionState } from '#contract/scheduling-groups.ts'
import { Can } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useGo, useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type Column, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { When } from '../../../ui/time.tsx'
import { DayFilters, useDayFilters } from '../parts/day-filters.tsx'
import { GroupForm } from '../parts/group-form.tsx'
import { PlacesTaken, SessionState } from '../parts/group-state.tsx'
import type { GroupSession } from '../group-queries.ts'
import { api } from '../queries.ts'

function useColumns(): Column<GroupSession>[] {
  const t = useText()
  const format = useFormat()
  return [
    { key: 'time', label: t('common.time'), render: (row) => <When at={row.startsAt} />, csv: (row) => format.dayTime(row.startsAt) },
    { key: 'name', label: t('scheduling.group.one'), render: (row) => <bdi>{row.name}</bdi>, csv: (row) => row.name },
    { key: 'places', label: t('scheduling.group.places'), render: (row) => <PlacesTaken session={row} />, csv: (row) => t('scheduling.group.of', { taken: row.taken, places: row.places }) },
    { key: 'practitioner', label: t('common.practitioner'), render: (row) => row.practitionerName },
    { key: 'room', label: t('scheduling.group.room'), render: (row) => row.roomName },
    { key: 'state', label: t('common.state'), render: (row) => <SessionState state={row.state} />, csv: (row) => t(`scheduling.group.state.${row.state}`) },
  ]
}

export function GroupsPage() {
  const t = useText()
  const go = useGo()
  const [isAdding, setAdding] = useState(false)
  const filters = useDayFilters(sessionState, useSearchParam('practitioner'))
  const states = sessionState.options.map((value) => ({ value, label: t(`scheduling.group.state.${value}`) }))
  const load = ({ cursor, limit, signal }: PageRequest) => api.listSessions({ query: { ...filters.query, cursor, limit }, signal })
  const add = (
    <Can permission="scheduling.groups">
      <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
        {t('scheduling.group.add')}
      </Button>
    </Can>
  )
  const planned = ({ items }: { items: GroupSession[] }) => {
    setAdding(false)
    const [first] = items
    if (first !== undefined && items.length === 1) go(`/groups/${first.id}`)
  }
  return (
    <Page title={t('scheduling.group.title')} actions={add}>
      <DataTable name="groups" queryKey={['scheduling', 'groups', filters.query]} load={load} columns={useColumns()} rowId={(row) => row.id} rowPath={(row) => `/groups/${row.id}`} toolbar={<DayFilters filters={filters} states={states} />} empty={{ title: t('scheduling.group.empty'), hint: t('scheduling.group.emptyHint'), action: add }} />
      <Drawer opened={isAdding} onClose={() => setAdding(false)} position="right" title={t('scheduling.group.add')}>
        {isAdding ? <GroupForm onDone={planned} onCancel={() => setAdding(false)} /> : null}
      </Drawer>
    </Page>
  )
}
