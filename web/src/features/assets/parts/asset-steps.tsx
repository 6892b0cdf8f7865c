import { useState } from 'react'
import { Button, Drawer, Menu } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { api, type Asset, touched } from '../queries.ts'
import { DisposeForm } from './dispose-form.tsx'
import { WorkForm } from './work-form.tsx'
import { CorrectForm, ValueForm } from './value-forms.tsx'

type Open = 'work' | 'addition' | 'impairment' | 'terms' | 'dispose'

function Opened({ open, asset, onClose }: { open: Open; asset: Asset; onClose: () => void }) {
  if (open === 'work') return <WorkForm asset={asset} onClose={onClose} />
  if (open === 'dispose') return <DisposeForm asset={asset} onClose={onClose} />
  if (open === 'terms') return <CorrectForm asset={asset} onClose={onClose} />
  return <ValueForm asset={asset} kind={open} onClose={onClose} />
}

/** What may be done with an asset now, by this user. */
export function AssetSteps({ asset }: { asset: Asset }) {
  const t = useText()
  const { can } = useAuth()
  const [open, setOpen] = useState<Open>()
  if (asset.state === 'disposed') return null
  const common = { params: { id: asset.id }, ifMatch: asset.version }
  const allowed = asset.actions.filter((step) => (step === 'break' ? can('assets.report') : step !== 'dispose' && can('assets.maintain')))
  const steps = [
    { step: 'use', label: t('assets.step.use'), isPrimary: true, run: () => api.useAsset({ ...common, body: {} }) },
    { step: 'break', label: t('assets.step.break'), needsReason: true, run: (reason: string) => api.reportBreakdown({ params: { id: asset.id }, body: { reason } }) },
    { step: 'maintain', label: t('assets.step.maintain'), needsReason: true, run: (reason: string) => api.maintainAsset({ ...common, body: { reason } }) },
    { step: 'store', label: t('assets.step.store'), needsReason: true, run: (reason: string) => api.storeAsset({ ...common, body: { reason } }) },
  ]
  const more: Open[] = [...(can('assets.maintain') ? (['work'] as const) : []), ...(can('assets.books') ? (['addition', 'impairment', 'terms'] as const) : []), ...(can('assets.approve') ? (['dispose'] as const) : [])]
  return (
    <>
      <LifecycleButtons actions={allowed} steps={steps} invalidate={touched} />
      {more.length === 0 ? null : (
        <Menu position="bottom-end">
          <Menu.Target><Button variant="default" rightSection={<IconChevronDown size={14} aria-hidden />}>{t('common.more')}</Button></Menu.Target>
          <Menu.Dropdown>{more.map((name) => <Menu.Item key={name} onClick={() => setOpen(name)}>{t(`assets.do.${name}`)}</Menu.Item>)}</Menu.Dropdown>
        </Menu>
      )}
      <Drawer opened={open !== undefined} onClose={() => setOpen(undefined)} position="right" title={open === undefined ? '' : t(`assets.do.${open}`)}>{open === undefined ? null : <Opened open={open} asset={asset} onClose={() => setOpen(undefined)} />}</Drawer>
    </>
  )
}
