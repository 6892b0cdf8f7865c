import { Stack, Text, Textarea, ThemeIcon, Title } from '@mantine/core'
import { IconShieldLock } from '@tabler/icons-react'
import { access } from '#contract/access.ts'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { api } from '../queries.ts'

function BreakGlass({ patientId }: { patientId: string }) {
  const t = useText()
  const form = useAppForm({
    initialValues: { reason: '' },
    schema: access.breakGlass.body,
    submit: (values) => api.breakGlass({ params: { id: patientId }, body: values }),
    // Everything that was refused before is asked again.
    done: () => void queryClient.resetQueries(),
  })
  return (
    <Form form={form} submitLabel={t('access.glass.break')} labels={{ reason: t('access.glass.reason') }}>
      <Textarea label={t('access.glass.reason')} description={t('access.glass.reasonHint')} withAsterisk autosize minRows={2} maxLength={400} {...form.fields.getInputProps('reason')} />
    </Form>
  )
}

/** In place of a record that a wall hides: what that means, and the way through in an emergency. */
export function Restricted({ patientId, actions }: { patientId: string; actions: string[] }) {
  const t = useText()
  const mayBreak = actions.includes('break-glass')
  return (
    <Stack gap="sm" p="lg" maw={560} mx="auto" role="alert">
      <ThemeIcon variant="light" color="gray" size="lg"><IconShieldLock aria-hidden size={22} /></ThemeIcon>
      <Title order={2}>{t('access.restricted.title')}</Title>
      <Text size="sm">{t(mayBreak ? 'access.restricted.text' : 'access.restricted.ask')}</Text>
      {mayBreak ? <BreakGlass patientId={patientId} /> : null}
    </Stack>
  )
}
