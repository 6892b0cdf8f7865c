import { useText } from '../../../kernel/i18n.ts'
import { Page } from '../../../ui/page.tsx'
import { LabelRules } from '../parts/label-rules.tsx'
import { Programs } from '../parts/programs.tsx'
import { RelationRules } from '../parts/relation-rules.tsx'
import { SettingsForm } from '../parts/settings-form.tsx'

/** Who sees whom in this hospital. */
export function AccessRulesPage() {
  const t = useText()
  return (
    <Page title={t('access.rules.title')}>
      <LabelRules />
      <RelationRules />
      <Programs />
      <SettingsForm />
    </Page>
  )
}
