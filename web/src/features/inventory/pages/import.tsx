import { useState } from 'react'
import { useText } from '../../../kernel/i18n.ts'
import { Page, Section } from '../../../ui/page.tsx'
import { TableImport } from '../parts/table-import.tsx'
import { Witness } from '../parts/witness.tsx'
import { StoreSelect } from '../public.tsx'
import { api, touched } from '../queries.ts'

/** Items, and what is on the shelves on the first day, from a table. */
export function ImportPage() {
  const t = useText()
  const [storeId, setStore] = useState('')
  const [witnessId, setWitness] = useState('')
  const fields = storeId === '' ? {} : { storeId, ...(witnessId === '' ? {} : { witnessId }) }
  return (
    <Page title={t('inventory.import')} crumbs={[{ label: t('inventory.title'), path: '/stock' }]}>
      <Section>
        <TableImport hint={t('inventory.import.hint')} example="sku,name,kind,medicine,unit,pack,packSize,pack2,pack2Size,barcode,packBarcode,manufacturer,hsn,gst,taxIncluded,reorderLevel,maximum,leadTime,controlled,storage,ved,divisible,returnable,batch,expiry,mrp,cost,quantity" fields={fields} invalidate={touched} send={(form) => api.importItems({ form })}>
          <StoreSelect label={t('inventory.import.store')} none={t('inventory.import.noStore')} value={storeId} onChange={setStore} />
          {storeId === '' ? null : <Witness hint={t('inventory.import.witness')} value={witnessId} onChange={setWitness} />}
        </TableImport>
      </Section>
    </Page>
  )
}
