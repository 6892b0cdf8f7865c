import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Can } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Section } from '../../../ui/page.tsx'
import { api, factorsQuery } from '../queries.ts'

/** How an administrator helps a user in, or out: the link to a password, a lost second factor, every open session. */
export function UserAccess({ user }: { user: { id: string; displayName: string; isActive: boolean } }) {
  const t = useText()
  const canMail = useQuery(factorsQuery).data?.canMail === true
  const body = { params: { id: user.id }, body: {} }
  const name = user.displayName
  const steps = [
    { step: 'invite', label: t('people.access.invite'), confirm: t('people.access.inviteConfirm', { name }), run: () => api.invite(body) },
    { step: 'end-sessions', label: t('people.access.endSessions'), confirm: t('people.access.endSessionsConfirm', { name }), run: () => api.endUserSessions(body) },
    { step: 'reset-factors', label: t('people.access.resetFactors'), isDangerous: true, confirm: t('people.access.resetFactorsConfirm', { name }), run: () => api.resetFactors(body) },
  ]
  return (
    <Can permission="people.write">
      <Section title={t('people.access.title')}>
        <Text size="sm" c="dimmed" maw={640} mb="sm">{t(canMail ? 'people.access.intro' : 'people.access.introNoMail')}</Text>
        <LifecycleButtons actions={steps.map((one) => one.step).filter((step) => step !== 'invite' || (canMail && user.isActive))} invalidate={[['people']]} steps={steps} />
      </Section>
    </Can>
  )
}
