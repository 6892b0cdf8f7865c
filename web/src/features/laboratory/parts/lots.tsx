import { useState } from 'react'
import { Button, Drawer } from '@mantine/core'
import { unitText } from '#contract/common/units.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useFormat } from '../../../kernel/format.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { api, type QualityLot } from '../queries.ts'
import { useLevelName } from './level-name.ts'
import { LotForm } from './lot-form.tsx'

/** Control materials and their lots. */
export function Lots() {
  const t = useText()
  const format = useFormat()
  const levelName = useLevelName()
  const { facilityId, can } = useAuth()
  const [isAdding, setAdding] = useState(false)
  const load = ({ cursor, limit, signal }: PageRequest) => api.listLots({ query: { facilityId, cursor, limit }, signal })
  const menu = (row: QualityLot) => <LifecycleButtons size="xs" actions={['end']} steps={[{ step: 'end', label: t(row.isActive ? 'laboratory.quality.endLot' : 'laboratory.quality.useLot'), run: () => api.updateLot({ params: { id: row.id }, ifMatch: row.version, body: { isActive: !row.isActive } }) }]} invalidate={[['laboratory', 'quality']]} />
  return (
    <>
      <DataTable
        name="quality-lots" queryKey={['laboratory', 'quality', 'lot-list', facilityId]} load={load} rowId={(row: QualityLot) => row.id} empty={{ title: t('laboratory.quality.noLots'), hint: t('laboratory.quality.noLotsHint') }}
        {...(can('laboratory.quality') ? { rowMenu: menu, toolbar: <Button size="xs" onClick={() => setAdding(true)}>{t('laboratory.quality.addLot')}</Button> } : {})}
        columns={[
          { key: 'test', label: t('laboratory.test'), render: (row) => row.testName },
          { key: 'material', label: t('laboratory.quality.material'), render: (row) => <bdi>{row.material} · {row.lotNumber}</bdi> },
          { key: 'level', label: t('laboratory.quality.level'), render: (row) => levelName(row.level) },
          { key: 'mean', label: `${t('laboratory.quality.mean')} ± ${t('laboratory.quality.sd')}`, align: 'end', render: (row) => <bdi dir="ltr" className="figures">{row.mean} ± {row.sd} {unitText(row.unit)}</bdi> },
          { key: 'expires', label: t('laboratory.quality.expires'), render: (row) => format.day(row.expiresOn) },
          { key: 'state', label: t('common.state'), render: (row) => <StateBadge label={t(row.isActive ? 'laboratory.quality.inUse' : 'laboratory.quality.ended')} tone={row.isActive ? 'good' : 'neutral'} /> },
        ]}
      />
      <Drawer opened={isAdding} onClose={() => setAdding(false)} position="right" size="lg" title={t('laboratory.quality.addLot')}>{isAdding ? <LotForm onDone={() => setAdding(false)} /> : null}</Drawer>
    </>
  )
}
