import { MultiSelect, NumberInput, Switch, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { people } from '#contract/people.ts'
import { hasText, useText } from '../../../kernel/i18n.ts'
import { notice } from '../../../kernel/notice.tsx'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { api, rolesQuery, settingsQuery } from '../queries.ts'

type Settings = Awaited<ReturnType<typeof api.readSignInSettings>>

interface Values extends Record<string, unknown> {
  idleMinutes: number
  absoluteHours: number
  freeFailures: number
  longestDelaySeconds: number
  hasClassicPolicy: boolean
  factorRoles: string[]
  shiftHours: number
}

const valuesOf = ({ version: _version, ...rest }: Settings): Values => ({ ...rest, factorRoles: [...rest.factorRoles] })

function SettingsForm({ settings }: { settings: Settings }) {
  const t = useText()
  const roles = useQuery(rolesQuery)
  const form = useAppForm<Values, Settings>({
    initialValues: valuesOf(settings),
    schema: people.writeSignInSettings.body,
    submit: (values) => api.writeSignInSettings({ body: values, ifMatch: settings.version }),
    done: (answer) => {
      queryClient.setQueryData(settingsQuery.queryKey, answer)
      notice(t('common.saved'), t('common.undo'))
    },
  })
  const set = form.fields.getInputProps
  const label = (role: string) => (hasText(`people.role.${role}`) ? t(`people.role.${role}`) : role)
  return (
    <Form form={form} submitLabel={t('common.save')} labels={{ idleMinutes: t('people.settings.idle'), absoluteHours: t('people.settings.absolute'), freeFailures: t('people.settings.failures'), longestDelaySeconds: t('people.settings.delay'), shiftHours: t('federation.ward.shift') }}>
      <MultiSelect maw={640} searchable label={t('people.settings.factorRoles')} description={t('people.settings.factorRolesHint')} data={(roles.data?.items ?? []).map((role) => ({ value: role.name, label: label(role.name) }))} {...set('factorRoles')} />
      <NumberInput maw={240} min={1} max={60} label={t('people.settings.idle')} {...set('idleMinutes')} />
      <NumberInput maw={240} min={1} max={24} label={t('people.settings.absolute')} {...set('absoluteHours')} />
      <NumberInput maw={240} min={3} max={10} label={t('people.settings.failures')} {...set('freeFailures')} />
      <NumberInput maw={240} min={30} max={3600} label={t('people.settings.delay')} {...set('longestDelaySeconds')} />
      <NumberInput maw={240} min={0} max={14} label={t('federation.ward.shift')} description={t('federation.ward.shiftHint')} {...set('shiftHours')} />
      <Switch label={t('people.settings.classic')} description={t('people.settings.classicHint')} {...form.fields.getInputProps('hasClassicPolicy', { type: 'checkbox' })} />
    </Form>
  )
}

/** How the people of this hospital sign in. */
export function SignInSettingsPage() {
  const t = useText()
  const query = useQuery(settingsQuery)
  return (
    <Page title={t('people.settings.title')}>
      <Text size="sm" c="dimmed">{t('people.settings.intro')}</Text>
      <Section><Loaded query={query}>{(settings) => <SettingsForm key={settings.version} settings={settings} />}</Loaded></Section>
    </Page>
  )
}
