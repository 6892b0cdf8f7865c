import { useEffect, useState } from 'react'
import { Button, Drawer, Select, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconPlus } from '@tabler/icons-react'
import { medicineSystem } from '#contract/encounters.ts'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { MedicineForm } from '../parts/medicine-form.tsx'
import { api, type Medication } from '../queries.ts'

function Switch({ medicine }: { medicine: Medication }) {
  const t = useText()
  const write = useWrite((isActive: boolean) => api.updateMedication({ params: { id: medicine.id }, body: { isActive }, ifMatch: medicine.version }), { invalidate: [['medications']] })
  return <Button size="compact-xs" variant="subtle" loading={write.isPending} onClick={() => write.mutate(!medicine.isActive)}>{t(medicine.isActive ? 'medications.switchOff' : 'medications.switchOn')}</Button>
}

/** The register of medicines of three systems. */
export function MedicationsPage() {
  const t = useText()
  const { can } = useAuth()
  const [open, setOpen] = useState<Medication | 'new'>()
  const [search = '', setSearch] = useSearchParam('search')
  const [text, setText] = useState(search)
  const [settled] = useDebouncedValue(text.trim(), 200)
  useEffect(() => {
    if (settled !== search) setSearch(settled)
  }, [settled])
  const [systemParam, setSystem] = useSearchParam('system')
  const system = medicineSystem.safeParse(systemParam).data
  const [activeParam, setActive] = useSearchParam('active')
  const isActive = activeParam === 'true' || activeParam === 'false' ? activeParam : undefined
  const load = ({ cursor, limit, signal }: PageRequest) => api.listMedications({ query: { ...(search === '' ? {} : { search }), system, isActive, cursor, limit }, signal })
  const mayWrite = can('medications.write')
  const add = <Can permission="medications.write"><Button leftSection={<IconPlus size={16} />} onClick={() => setOpen('new')}>{t('medications.add')}</Button></Can>
  const systems = [{ value: '', label: t('medications.filter.anySystem') }, ...medicineSystem.options.map((value) => ({ value, label: t(`medications.system.${value}`) }))]
  const states = [{ value: '', label: t('common.all') }, { value: 'true', label: t('common.active') }, { value: 'false', label: t('medications.inactive') }]
  const toolbar = (
    <>
      <TextInput w={240} aria-label={t('medications.search.label')} placeholder={t('medications.search.placeholder')} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      <Select w={180} aria-label={t('medications.field.system')} data={systems} value={system ?? ''} onChange={(value) => setSystem(value ?? undefined)} />
      <Select w={180} aria-label={t('common.state')} data={states} value={isActive ?? ''} onChange={(value) => setActive(value ?? undefined)} />
    </>
  )
  return (
    <Page title={t('medications.title')} actions={add}>
      <DataTable
        name="medications" queryKey={['medications', 'list', search, system, isActive]} load={load} rowId={(row) => row.id} toolbar={toolbar} empty={{ title: t('medications.empty'), hint: t('medications.emptyHint'), action: add }} {...(mayWrite ? { onOpen: setOpen, rowMenu: (row: Medication) => <Switch medicine={row} /> } : {})}
        columns={[
          { key: 'name', label: t('medications.field.name'), render: (row) => row.name },
          { key: 'genericName', label: t('medications.field.genericName'), render: (row) => row.genericName || '–' },
          { key: 'system', label: t('medications.field.system'), render: (row) => t(`medications.system.${row.system}`) },
          { key: 'data', label: t('common.description'), render: (row) => Object.values(row.systemData).join(' · ') },
          { key: 'state', label: t('common.state'), render: (row) => <StateBadge label={t(row.isActive ? 'common.active' : 'medications.inactive')} /> },
        ]}
      />
      <Drawer opened={open !== undefined} onClose={() => setOpen(undefined)} position="right" title={t(open === 'new' ? 'medications.add' : 'common.edit')}>
        {open === undefined ? null : <MedicineForm key={open === 'new' ? 'new' : open.id} before={open === 'new' ? undefined : open} onClose={() => setOpen(undefined)} />}
      </Drawer>
    </Page>
  )
}
