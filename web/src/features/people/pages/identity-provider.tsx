import { Code, PasswordInput, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { federation, type IdentityProvider } from '#contract/federation.ts'
import { useText } from '../../../kernel/i18n.ts'
import { notice } from '../../../kernel/notice.tsx'
import { queryClient } from '../../../kernel/query.ts'
import { useGo, usePathParam } from '../../../kernel/routing.tsx'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { RoleMap } from '../parts/role-map.tsx'
import { providerBody, providerValues, type ProviderValues } from '../provider-form.ts'
import { api, providerQuery } from '../queries.ts'

function ProviderForm({ provider }: { provider?: IdentityProvider }) {
  const t = useText()
  const go = useGo()
  const form = useAppForm<ProviderValues, IdentityProvider>({
    initialValues: providerValues(provider),
    schema: federation.createProvider.body,
    toBody: providerBody,
    submit: (values) => (provider === undefined ? api.createProvider({ body: providerBody(values) }) : api.updateProvider({ params: { id: provider.id }, body: providerBody(values), ifMatch: provider.version })),
    done: (answer) => {
      void queryClient.invalidateQueries({ queryKey: ['people', 'providers'] })
      if (provider === undefined) return go(`/identity-providers/${answer.id}`)
      notice(t('common.saved'), t('common.undo'))
    },
  })
  const set = form.fields.getInputProps
  const box = (name: string) => form.fields.getInputProps(name, { type: 'checkbox' })
  const labels = { name: t('federation.name'), issuer: t('federation.issuer'), clientId: t('federation.clientId'), clientSecret: t('federation.secret'), roleClaim: t('federation.roleClaim') }
  return (
    <Form form={form} submitLabel={t('common.save')} cancel={() => go('/identity-providers')} labels={labels}>
      <TextInput maw={480} label={labels.name} description={t('federation.nameHint')} withAsterisk maxLength={80} {...set('name')} />
      <TextInput maw={640} type="url" dir="ltr" label={labels.issuer} description={t('federation.issuerHint')} withAsterisk maxLength={500} {...set('issuer')} />
      <TextInput maw={480} dir="ltr" label={labels.clientId} withAsterisk maxLength={300} autoComplete="off" {...set('clientId')} />
      <PasswordInput maw={480} label={labels.clientSecret} description={provider?.hasSecret === true ? t('federation.secretKept') : undefined} maxLength={500} autoComplete="new-password" visibilityToggleButtonProps={{ 'aria-label': t('people.signIn.showPassword') }} {...set('clientSecret')} />
      <TextInput maw={480} dir="ltr" label={labels.roleClaim} description={t('federation.roleClaimHint')} maxLength={100} {...set('roleClaim')} />
      <RoleMap form={form} />
      <Switch label={t('federation.mapsAdmins')} description={t('federation.mapsAdminsHint')} {...box('mapsAdmins')} />
      <Switch label={t('federation.createsUsers')} description={t('federation.createsUsersHint')} {...box('createsUsers')} />
      <Switch label={t('federation.isListed')} {...box('isListed')} />
      <Switch label={t('federation.isActive')} {...box('isActive')} />
    </Form>
  )
}

export function NewIdentityProviderPage() {
  const t = useText()
  return (
    <Page title={t('federation.add')} crumbs={[{ label: t('federation.title'), path: '/identity-providers' }]}>
      <Section><Stack gap="xs" mb="md"><Text size="sm">{t('federation.redirect')}</Text><Code dir="ltr" style={{ overflowWrap: 'anywhere' }}>{`${location.origin}/sign-in/return`}</Code></Stack><ProviderForm /></Section>
    </Page>
  )
}

export function IdentityProviderPage() {
  const t = useText()
  const query = useQuery(providerQuery(usePathParam('id')))
  return (
    <Loaded query={query}>
      {(provider) => (
        <Page title={provider.name} crumbs={[{ label: t('federation.title'), path: '/identity-providers' }]}>
          <Section><Stack gap="xs" mb="md"><Text size="sm">{t('federation.redirect')}</Text><Code dir="ltr" style={{ overflowWrap: 'anywhere' }}>{provider.redirectUri}</Code></Stack><ProviderForm key={provider.version} provider={provider} /></Section>
        </Page>
      )}
    </Loaded>
  )
}
