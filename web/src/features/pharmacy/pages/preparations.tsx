import { useState } from 'react'
import { Button, Drawer, Group } from '@mantine/core'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useGo } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { FormulaForm } from '../parts/formula-form.tsx'
import { PrepareForm } from '../parts/prepare-form.tsx'
import { api } from '../queries.ts'

/** House-made batches and the formulas they are made by. */
export function PreparationsPage() {
  const t = useText()
  const format = useFormat()
  const go = useGo()
  const { facilityId } = useAuth()
  const [open, setOpen] = useState<'formula' | 'batch'>()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listPreparations({ query: { facilityId, cursor, limit }, signal })
  const close = () => setOpen(undefined)
  return (
    <Page title={t('pharmacy.preparations')} actions={<Group gap="xs"><Button variant="default" onClick={() => go('/pharmacy/formulas')}>{t('pharmacy.formulas')}</Button><Button variant="default" onClick={() => setOpen('formula')}>{t('pharmacy.formula.write')}</Button><Button onClick={() => setOpen('batch')}>{t('pharmacy.prepare')}</Button></Group>}>
      <DataTable
        name="preparations" queryKey={['pharmacy', 'preparations', facilityId]} load={load} rowId={(row) => row.id} rowPath={(row) => `/pharmacy/preparations/${row.id}`} empty={{ title: t('pharmacy.preparations.none'), hint: t('pharmacy.preparations.hint') }}
        columns={[
          { key: 'number', label: t('inventory.number'), render: (row) => row.number },
          { key: 'item', label: t('inventory.item'), render: (row) => <bdi>{row.itemName}</bdi>, csv: (row) => row.itemName },
          { key: 'batch', label: t('inventory.batch'), render: (row) => <bdi>{row.batch}</bdi> },
          { key: 'made', label: t('common.date'), render: (row) => format.day(row.madeOn) },
          { key: 'expires', label: t('inventory.expires'), render: (row) => format.day(row.expiresOn) },
          { key: 'yield', label: t('pharmacy.yield'), align: 'end', render: (row) => <span className="figures">{row.yielded} <bdi>{row.unit}</bdi> ({row.yieldPercent} %)</span>, csv: (row) => row.yielded },
          { key: 'consumed', label: t('pharmacy.consumed'), render: (row) => <bdi>{row.consumed.map((one) => `${one.itemName} ${one.quantity}`).join(', ')}</bdi> },
          { key: 'version', label: t('pharmacy.formula.version'), align: 'end', render: (row) => row.formulaVersion },
        ]}
      />
      <Drawer opened={open !== undefined} onClose={close} position="right" size="lg" title={t(open === 'formula' ? 'pharmacy.formula.write' : 'pharmacy.prepare')}>{open === 'formula' ? <FormulaForm onClose={close} /> : open === 'batch' ? <PrepareForm onClose={close} /> : null}</Drawer>
    </Page>
  )
}
