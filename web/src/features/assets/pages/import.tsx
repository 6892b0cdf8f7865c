import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { Page, Section } from '../../../ui/page.tsx'
import { TableImport } from '../../inventory/public.tsx'
import { api, touched } from '../queries.ts'

/** A register taken over from a table: first tried, then entered. */
export function ImportPage() {
  const t = useText()
  const { facilityId } = useAuth()
  return (
    <Page title={t('assets.import')} crumbs={[{ label: t('assets.title'), path: '/equipment' }]}>
      <Section><TableImport hint={t('assets.import.hint')} example="name,category,purchased,inUse,cost,tax,maker,model,serial,location,department,warranty,invoice,criticality,openingOn,openingDepreciated" fields={{ facilityId }} invalidate={touched} send={(form) => api.importAssets({ form })} /></Section>
    </Page>
  )
}
