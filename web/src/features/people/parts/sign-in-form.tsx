import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { session } from '../../../kernel/api.ts'
import { errorText, useText } from '../../../kernel/i18n.ts'
import { signIn } from '../sign-in-queries.ts'

interface SignInFormProps {
  email?: string
  onDone: () => unknown
}

/** Signs in; used by cards, page and overlay. */
export function useSignIn(onDone: () => unknown) {
  return useMutation({
    mutationFn: signIn,
    onSuccess: (answer) => {
      session.csrfToken = answer.csrfToken
      return onDone()
    },
  })
}

export function SignInForm({ email = '', onDone }: SignInFormProps) {
  const t = useText()
  const form = useForm({ initialValues: { email, password: '' } })
  const write = useSignIn(onDone)
  return (
    <form onSubmit={form.onSubmit((values) => write.mutate(values))}>
      <Stack gap="sm">
        {write.isError ? (
          <Alert role="alert" color="red" variant="outline">
            {errorText(t, write.error)}
          </Alert>
        ) : null}
        <TextInput type="email" label={t('people.signIn.email')} autoComplete="username" inputMode="email" required withAsterisk={false} {...form.getInputProps('email')} />
        <PasswordInput label={t('people.signIn.password')} autoComplete="current-password" required withAsterisk={false} data-autofocus={email !== '' || undefined} visibilityToggleButtonProps={{ 'aria-label': t('people.signIn.showPassword') }} {...form.getInputProps('password')} />
        <Button type="submit" fullWidth loading={write.isPending}>
          {t('people.signIn.go')}
        </Button>
      </Stack>
    </form>
  )
}
