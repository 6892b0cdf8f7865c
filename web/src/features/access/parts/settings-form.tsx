import { MultiSelect, NumberInput, SimpleGrid } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { access } from '#contract/access.ts'
import { useText } from '../../../kernel/i18n.ts'
import { notice } from '../../../kernel/notice.tsx'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Section } from '../../../ui/page.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { api, settingsQuery, type AccessSettings } from '../queries.ts'
import { useRoleChoices } from './roles.tsx'

function Fields({ settings }: { settings: AccessSettings }) {
  const t = useText()
  const roles = useRoleChoices()
  const { version, ...initialValues } = settings
  const form = useAppForm({
    initialValues,
    schema: access.writeSettings.body,
    submit: (values) => api.writeSettings({ body: values, ifMatch: version }),
    done: (answer: AccessSettings) => {
      queryClient.setQueryData(settingsQuery.queryKey, answer)
      notice(t('common.saved'), t('common.undo'))
    },
  })
  const set = form.fields.getInputProps
  return (
    <Form form={form} submitLabel={t('common.save')} labels={{ officerRoles: t('access.settings.officerRoles') }}>
      <MultiSelect maw={640} label={t('access.settings.officerRoles')} searchable data={roles} {...set('officerRoles')} />
      <SimpleGrid cols={{ base: 1, sm: 3 }} maw={840}>
        <NumberInput label={t('access.settings.glassMinutes')} min={5} max={240} {...set('glassMinutes')} />
        <NumberInput label={t('access.settings.paceCharts')} min={10} max={10_000} {...set('paceCharts')} />
        <NumberInput label={t('access.settings.paceMinutes')} min={1} max={120} {...set('paceMinutes')} />
      </SimpleGrid>
    </Form>
  )
}

/** How long the glass stays broken, who is told, and what raises an alarm. */
export function SettingsForm() {
  const t = useText()
  const query = useQuery(settingsQuery)
  return <Section title={t('access.settings.title')}><Loaded query={query}>{(settings) => <Fields key={settings.version} settings={settings} />}</Loaded></Section>
}
