import { useState } from 'react'
import { Button, Drawer, Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { openBlob } from '../../../kernel/api.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { usePathParam, useSearchParam } from '../../../kernel/routing.tsx'
import { Page } from '../../../ui/page.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { AssetForm } from '../parts/asset-form.tsx'
import { AssetSteps } from '../parts/asset-steps.tsx'
import { BooksTab } from '../parts/books-tab.tsx'
import { CareTab } from '../parts/care-tab.tsx'
import { FilesTab } from '../parts/files-tab.tsx'
import { HistoryTab } from '../parts/history-tab.tsx'
import { OverviewTab } from '../parts/overview-tab.tsx'
import { type Asset, api, assetQuery } from '../queries.ts'

const tabs = ['overview', 'books', 'care', 'files', 'history'] as const

function Card({ asset }: { asset: Asset }) {
  const t = useText()
  const [chosen, choose] = useSearchParam('tab')
  const open = tabs.find((name) => name === chosen) ?? 'overview'
  return (
    <Tabs value={open} onChange={(value) => choose(value ?? undefined)} keepMounted={false}>
      <Tabs.List mb="md" style={{ flexWrap: 'wrap' }}>{tabs.map((name) => <Tabs.Tab key={name} value={name}>{t(`assets.tab.${name}`)}</Tabs.Tab>)}</Tabs.List>
      <Tabs.Panel value="overview"><OverviewTab asset={asset} /></Tabs.Panel>
      <Tabs.Panel value="books"><BooksTab asset={asset} /></Tabs.Panel>
      <Tabs.Panel value="care"><CareTab asset={asset} /></Tabs.Panel>
      <Tabs.Panel value="files"><FilesTab asset={asset} /></Tabs.Panel>
      <Tabs.Panel value="history"><HistoryTab asset={asset} /></Tabs.Panel>
    </Tabs>
  )
}

/** The card of an asset. */
export function AssetPage() {
  const t = useText()
  const { can } = useAuth()
  const id = usePathParam('id')
  const [isEditing, setEditing] = useState(false)
  const query = useQuery(assetQuery(id))
  const asset = query.data
  const actions = asset === undefined ? null : (
    <>
      <Button variant="default" onClick={() => void api.assetLabel({ params: { id } }).then(openBlob)}>{t('assets.label')}</Button>
      {can('assets.write') && asset.state !== 'disposed' ? <Button variant="default" onClick={() => setEditing(true)}>{t('common.edit')}</Button> : null}
      <AssetSteps asset={asset} />
    </>
  )
  return (
    <Page title={asset?.name ?? t('assets.asset')} crumbs={[{ label: t('assets.title'), path: '/equipment' }]} actions={actions}>
      <Loaded query={query}>{(loaded) => <Card asset={loaded} />}</Loaded>
      <Drawer opened={isEditing} onClose={() => setEditing(false)} position="right" size="lg" title={t('common.edit')}>{isEditing && asset !== undefined ? <AssetForm before={asset} onClose={() => setEditing(false)} /> : null}</Drawer>
    </Page>
  )
}
