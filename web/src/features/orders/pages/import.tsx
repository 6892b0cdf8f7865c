import { useText } from '../../../kernel/i18n.ts'
import { Page, Section } from '../../../ui/page.tsx'
import { TableImport } from '../../inventory/public.tsx'
import { api } from '../queries.ts'

/** What may be ordered, taken over from a table: first tried, then entered. */
export function ImportPage() {
  const t = useText()
  return (
    <Page title={t('orders.catalogue.import')} crumbs={[{ label: t('orders.catalogue.title'), path: '/orders/catalogue' }]}>
      <Section><TableImport hint={t('orders.catalogue.importHint')} example="kind,code,name,nameHi,nameAr,category,bodySite,hasSide,isIonising,contrast,standardSystem,standardCode,instructions,serviceCode" fields={{}} invalidate={[['orders', 'orderables']]} send={(form) => api.importOrderables({ form })} /></Section>
    </Page>
  )
}
