import { useState } from 'react'
import { Button, Drawer } from '@mantine/core'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { api, type Reagent } from '../queries.ts'
import { ReagentForm } from './reagent-form.tsx'

const tones = { waiting: 'neutral', 'in-use': 'good', finished: 'neutral', discarded: 'neutral' } as const

/** Reagents on the bench and waiting: how long and for how many tests. */
export function Reagents() {
  const t = useText()
  const format = useFormat()
  const { facilityId, can } = useAuth()
  const [isAdding, setAdding] = useState(false)
  const load = ({ cursor, limit, signal }: PageRequest) => api.listReagents({ query: { facilityId, cursor, limit }, signal })
  const menu = (row: Reagent) => {
    const request = { params: { id: row.id }, ifMatch: row.version }
    return <LifecycleButtons size="xs" actions={row.actions} steps={[{ step: 'open', label: t('laboratory.reagents.open'), isPrimary: true, run: () => api.openReagent({ ...request, body: {} }) }, { step: 'finish', label: t('laboratory.reagents.finish'), run: () => api.finishReagent({ ...request, body: {} }) }, { step: 'discard', label: t('laboratory.reagents.discard'), needsReason: true, run: (reason) => api.discardReagent({ ...request, body: { reason } }) }]} invalidate={[['laboratory', 'reagents'], ['inventory']]} />
  }
  return (
    <>
      <DataTable
        name="reagents" queryKey={['laboratory', 'reagents', facilityId]} load={load} rowId={(row: Reagent) => row.id} empty={{ title: t('laboratory.reagents.empty'), hint: t('laboratory.reagents.emptyHint') }}
        {...(can('laboratory.quality') ? { rowMenu: menu, toolbar: <Button size="xs" onClick={() => setAdding(true)}>{t('laboratory.reagents.add')}</Button> } : {})}
        columns={[
          { key: 'name', label: t('common.name'), render: (row) => <bdi>{row.name} · {row.lotNumber}</bdi> },
          { key: 'tests', label: t('laboratory.reagents.for'), render: (row) => row.tests.map((test) => test.code).join(', ') },
          { key: 'left', label: t('laboratory.reagents.left'), align: 'end', render: (row) => <bdi dir="ltr" className="figures">{row.testsLeft} / {row.testsTotal}</bdi> },
          { key: 'until', label: t('laboratory.quality.expires'), render: (row) => format.day(row.onBoardUntil !== null && row.onBoardUntil < row.expiresOn ? row.onBoardUntil : row.expiresOn) },
          { key: 'state', label: t('common.state'), render: (row) => <StateBadge label={row.isUsable || row.state !== 'in-use' ? t(`laboratory.reagents.state.${row.state}`) : t('laboratory.reagents.past')} tone={row.isUsable || row.state !== 'in-use' ? tones[row.state] : 'bad'} /> },
        ]}
      />
      <Drawer opened={isAdding} onClose={() => setAdding(false)} position="right" size="lg" title={t('laboratory.reagents.add')}>{isAdding ? <ReagentForm onDone={() => setAdding(false)} /> : null}</Drawer>
    </>
  )
}
