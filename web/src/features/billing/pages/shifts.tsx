import { useState } from 'react'
import { Anchor, Button, Drawer, Group, Select, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { shiftState } from '#contract/billing-shifts.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Money } from '../../../ui/money.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Loaded, StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { Difference } from '../parts/shift-amounts.tsx'
import { ShiftOpen } from '../parts/shift-open.tsx'
import { TillSettings } from '../parts/till-settings.tsx'
import { api } from '../queries.ts'
import { currentShiftQuery, shiftTones } from '../shift-queries.ts'

function Mine() {
  const t = useText()
  const { facilityId } = useAuth()
  const query = useQuery(currentShiftQuery(facilityId))
  return (
    <Section title={t('billing.shift.mine')}>
      <Loaded query={query} rows={2}>
        {(current) => current.shift === null ? <ShiftOpen current={current} /> : (
          <Group justify="space-between">
            <Group gap="sm">
              <StateBadge tone={shiftTones[current.shift.state]} label={t(`billing.shift.state.${current.shift.state}`)} />
              <Anchor component={Link} to={`/billing/shifts/${current.shift.id}`}><bdi>{current.shift.till}</bdi></Anchor>
              <Text size="sm" c="dimmed"><When at={current.shift.openedAt} /></Text>
            </Group>
            <Button component={Link} to={`/billing/shifts/${current.shift.id}`}>{t(current.shift.state === 'open' ? 'billing.shift.count' : 'billing.shift.close')}</Button>
          </Group>
        )}
      </Loaded>
    </Section>
  )
}

/** Shifts of the tills: one's own, and for who may all of the facility. */
export function ShiftsPage() {
  const t = useText()
  const { facilityId, can } = useAuth()
  const [state, setState] = useState<string | null>(null)
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const [isSetting, setSetting] = useState(false)
  const chosen = shiftState.options.find((one) => one === state)
  const filter = { ...(chosen === undefined ? {} : { state: chosen }), ...(from === '' ? {} : { from }), ...(to === '' ? {} : { to }) }
  const load = ({ cursor, limit, signal }: PageRequest) => api.listCashierShifts({ query: { facilityId, ...filter, cursor, limit }, signal })
  return (
    <Page title={t('billing.shift.title')} actions={can('billing.approve') ? <Button variant="default" onClick={() => setSetting(true)}>{t('billing.shift.settings')}</Button> : null}>
      {can('billing.shift') ? <Mine /> : null}
      <DataTable
        name="cashier-shifts" queryKey={['billing', 'shifts', 'list', facilityId, filter]} load={load} rowId={(row) => row.id} rowPath={(row) => `/billing/shifts/${row.id}`} empty={{ title: t('billing.shift.empty'), hint: t('billing.shift.emptyHint') }}
        toolbar={
          <Group gap="xs">
            <Select w={200} clearable aria-label={t('common.state')} placeholder={t('billing.shift.anyState')} data={shiftState.options.map((value) => ({ value, label: t(`billing.shift.state.${value}`) }))} value={state} onChange={setState} />
            <TextInput type="date" aria-label={t('common.from')} value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
            <TextInput type="date" aria-label={t('common.to')} value={to} onChange={(event) => setTo(event.currentTarget.value)} />
          </Group>
        }
        columns={[
          { key: 'opened', label: t('billing.shift.openedAt'), render: (row) => <When at={row.openedAt} />, csv: (row) => row.openedAt },
          { key: 'till', label: t('billing.shift.till'), render: (row) => <bdi>{row.till}</bdi>, csv: (row) => row.till },
          { key: 'state', label: t('common.state'), render: (row) => <StateBadge tone={shiftTones[row.state]} label={t(`billing.shift.state.${row.state}`)} />, csv: (row) => row.state },
          { key: 'difference', label: t('billing.shift.difference'), align: 'end', render: (row) => <Difference value={row.difference} />, csv: (row) => row.difference?.amount ?? '' },
          { key: 'cashier', label: t('billing.shift.cashier'), render: (row) => <bdi>{row.cashier}</bdi>, csv: (row) => row.cashier },
          { key: 'closed', label: t('billing.shift.closedAt'), render: (row) => <When at={row.closedAt} />, csv: (row) => row.closedAt ?? '' },
          { key: 'expected', label: t('billing.shift.expected'), align: 'end', render: (row) => (row.expected === null ? '–' : <Money value={row.expected} />), csv: (row) => row.expected?.amount ?? '' },
          { key: 'counted', label: t('billing.shift.counted'), align: 'end', render: (row) => (row.counted === null ? '–' : <Money value={row.counted} />), csv: (row) => row.counted?.amount ?? '' },
          { key: 'reason', label: t('billing.shift.why'), isProse: true, render: (row) => <bdi>{row.reason}</bdi>, csv: (row) => row.reason },
        ]}
      />
      <Drawer opened={isSetting} onClose={() => setSetting(false)} position="right" title={t('billing.shift.settings')}>{isSetting ? <TillSettings onDone={() => setSetting(false)} /> : null}</Drawer>
    </Page>
  )
}
