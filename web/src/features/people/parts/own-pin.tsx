import { Button, Group, PasswordInput, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { people } from '#contract/people.ts'
import { useText } from '../../../kernel/i18n.ts'
import { notice } from '../../../kernel/notice.tsx'
import { queryClient, useWrite } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Section } from '../../../ui/page.tsx'
import { api, pinQuery } from '../queries.ts'

/** The PIN with which I come back on a computer that several people share; only where the hospital shares computers. */
export function OwnPin() {
  const t = useText()
  const query = useQuery(pinQuery)
  const remove = useWrite(() => api.removePin({ body: {} }), { invalidate: [pinQuery.queryKey], done: t('common.saved') })
  const form = useAppForm<{ pin: string }, unknown>({
    initialValues: { pin: '' },
    schema: people.setPin.body,
    submit: (values) => api.setPin({ body: values }),
    done: () => {
      form.fields.reset()
      void queryClient.invalidateQueries({ queryKey: pinQuery.queryKey })
      notice(t('common.saved'), t('common.undo'))
    },
  })
  if (query.data?.isOffered !== true) return null
  return (
    <Section title={t('federation.ward.ownTitle')}>
      <Text size="sm" c="dimmed" mb="sm">{t('federation.ward.ownHint')}</Text>
      <Form form={form} submitLabel={t(query.data.hasPin ? 'federation.ward.change' : 'federation.ward.set')} labels={{ pin: t('federation.ward.pin') }}>
        <PasswordInput maw={240} label={t('federation.ward.pin')} description={t('federation.ward.pinHint')} inputMode="numeric" maxLength={6} autoComplete="off" visibilityToggleButtonProps={{ 'aria-label': t('people.signIn.showPassword') }} {...form.fields.getInputProps('pin')} />
      </Form>
      {query.data.hasPin ? <Group mt="sm"><Button variant="default" loading={remove.isPending} onClick={() => remove.mutate(undefined)}>{t('federation.ward.remove')}</Button></Group> : null}
    </Section>
  )
}
