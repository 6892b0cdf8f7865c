import { useState } from 'react'
import { Group } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'
import { Page, Section } from '../../../ui/page.tsx'
import { StoreSelect, useStores, usualStore, VendorSelect } from '../../inventory/public.tsx'
import { ReceiveForm } from '../parts/receive-form.tsx'

/** Goods that came without an order. */
export function NewReceiptPage() {
  const t = useText()
  const stores = useStores()
  const [chosen, setStore] = useState('')
  const [vendorId, setVendor] = useState('')
  const storeId = chosen === '' ? usualStore(stores, 'main') : chosen
  return (
    <Page title={t('purchasing.receiveDirect')} crumbs={[{ label: t('purchasing.receipts'), path: '/purchasing/receipts' }]}>
      <Section><Group align="end"><VendorSelect label={t('purchasing.vendor')} value={vendorId} onChange={setVendor} /><StoreSelect label={t('inventory.store')} value={storeId} onChange={setStore} /></Group></Section>
      <Section title={t('purchasing.receive')}><ReceiveForm storeId={storeId} vendorId={vendorId} /></Section>
    </Page>
  )
}
