import { useState } from 'react'
import { Button, Drawer, Group, Select, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { assetState } from '#contract/assets-shapes.ts'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { fieldError } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useGo, useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Money } from '../../../ui/money.tsx'
import { Page } from '../../../ui/page.tsx'
import { AssetForm } from '../parts/asset-form.tsx'
import { AssetState, Criticality } from '../parts/badges.tsx'
import { ScanField } from '../parts/scan-field.tsx'
import { api, type Asset, categoriesQuery } from '../queries.ts'

function Filters({ search, setSearch }: { search: string; setSearch: (text: string) => void }) {
  const t = useText()
  const [categoryId, setCategory] = useSearchParam('category')
  const [state, setState] = useSearchParam('state')
  const { data } = useQuery(categoriesQuery())
  return (
    <Group gap="xs" align="end">
      <TextInput aria-label={t('common.search')} placeholder={t('assets.searchHint')} value={search} onChange={(event) => setSearch(event.currentTarget.value)} maxLength={120} miw={220} />
      <Select aria-label={t('assets.category')} searchable data={[{ value: '', label: t('assets.anyCategory') }, ...(data?.items ?? []).map((one) => ({ value: one.id, label: one.name }))]} value={categoryId ?? ''} onChange={(value) => setCategory(value ?? undefined)} w={230} />
      <Select aria-label={t('common.state')} data={[{ value: '', label: t('assets.anyState') }, ...assetState.options.map((value) => ({ value, label: t(`assets.state.${value}`) })), { value: 'missing', label: t('assets.missing') }]} value={state ?? ''} onChange={(value) => setState(value ?? undefined)} w={190} />
    </Group>
  )
}

function ScanBar() {
  const t = useText()
  const go = useGo()
  const [isOpen] = useSearchParam('scan')
  const scan = useWrite((code: string) => api.scanAsset({ query: { code } }), { isQuiet: true, onDone: (asset) => go(`/equipment/${asset.id}`) })
  return isOpen === undefined ? null : <ScanField label={t('assets.scan')} isFocused onCode={(code) => scan.mutate(code)} error={scan.isError ? fieldError(t, scan.error) : undefined} />
}

function useColumns() {
  const t = useText()
  const format = useFormat()
  return [
    { key: 'name', label: t('assets.asset'), render: (row: Asset) => <bdi>{row.name}</bdi>, csv: (row: Asset) => row.name },
    { key: 'number', label: t('assets.number'), render: (row: Asset) => <bdi className="figures" style={{ whiteSpace: 'nowrap' }}>{row.number}</bdi>, csv: (row: Asset) => row.number },
    { key: 'state', label: t('common.state'), render: (row: Asset) => <AssetState asset={row} />, csv: (row: Asset) => row.state },
    { key: 'criticality', label: t('assets.criticality'), render: (row: Asset) => <Criticality value={row.criticality} />, csv: (row: Asset) => row.criticality },
    { key: 'place', label: t('assets.place'), render: (row: Asset) => <bdi>{[row.departmentName, row.location].filter(Boolean).join(', ') || '–'}</bdi>, csv: (row: Asset) => [row.departmentName, row.location].filter(Boolean).join(', ') },
    { key: 'serial', label: t('assets.serial'), render: (row: Asset) => <bdi>{row.serialNumber || '–'}</bdi>, csv: (row: Asset) => row.serialNumber },
    { key: 'due', label: t('assets.nextDue'), render: (row: Asset) => format.day(row.nextDueOn), csv: (row: Asset) => row.nextDueOn ?? '' },
    { key: 'net', label: t('assets.net'), align: 'end' as const, render: (row: Asset) => <Money value={row.net} />, csv: (row: Asset) => row.net.amount },
  ]
}

/** The register of a facility: what there is, where, and how it stands. */
export function RegisterPage() {
  const t = useText()
  const go = useGo()
  const { facilityId, can } = useAuth()
  const [isNew, setNew] = useState(false)
  const [typed, setTyped] = useState('')
  const [search] = useDebouncedValue(typed.trim(), 150)
  const [categoryId] = useSearchParam('category')
  const [stateParam] = useSearchParam('state')
  const [scanning, setScanning] = useSearchParam('scan')
  const state = assetState.safeParse(stateParam).data
  const load = ({ cursor, limit, signal }: PageRequest) => api.listAssets({ query: { facilityId, cursor, limit, ...(search === '' ? {} : { search }), ...(categoryId === undefined ? {} : { categoryId }), ...(state === undefined ? {} : { state }), ...(stateParam === 'missing' ? { isMissing: 'true' } : {}) }, signal })
  const add = <Button leftSection={<IconPlus size={16} />} onClick={() => setNew(true)}>{t('assets.new')}</Button>
  return (
    <Page title={t('assets.title')} actions={<><Button variant="subtle" onClick={() => setScanning(scanning === undefined ? '1' : undefined)}>{t('assets.scan')}</Button><Can permission="assets.write"><Button variant="default" onClick={() => go('/equipment/received')}>{t('assets.received')}</Button>{add}</Can></>}>
      <ScanBar />
      <DataTable name="assets" queryKey={['assets', 'list', facilityId, search, categoryId, stateParam]} load={load} rowId={(row) => row.id} rowPath={(row) => `/equipment/${row.id}`} toolbar={<Filters search={typed} setSearch={setTyped} />} empty={{ title: t('assets.none'), hint: t('assets.noneHint'), ...(can('assets.write') ? { action: add } : {}) }} columns={useColumns()} />
      <Drawer opened={isNew} onClose={() => setNew(false)} position="right" size="lg" title={t('assets.new')}>{isNew ? <AssetForm onClose={() => setNew(false)} onDone={(asset) => go(`/equipment/${asset.id}`)} /> : null}</Drawer>
    </Page>
  )
}
