import { useState } from 'react'
import { Alert, Anchor, Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconFingerprint } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { session } from '../../../kernel/api.ts'
import { errorText, useText } from '../../../kernel/i18n.ts'
import { enterWithPasskey, signIn, type Challenge, type Entered } from '../sign-in-queries.ts'
import { ForgotPassword } from './forgot-password.tsx'
import { SecondFactor } from './second-factor.tsx'

interface SignInFormProps {
  email?: string
  onDone: () => unknown
}

const isChallenge = (answer: Challenge | Entered): answer is Challenge => 'challenge' in answer

/** Signs in; used by cards, page and overlay. What asks for a second factor goes to `onChallenge`. */
export function useSignIn(onDone: () => unknown, onChallenge?: (challenge: Challenge) => void) {
  return useMutation({
    mutationFn: signIn,
    onSuccess: (answer) => {
      if (isChallenge(answer)) return onChallenge?.(answer)
      session.csrfToken = answer.csrfToken
      return onDone()
    },
  })
}

export function Refused({ error }: { error: unknown }) {
  const t = useText()
  return error === null ? null : <Alert role="alert" color="red" variant="outline">{errorText(t, error)}</Alert>
}

interface PasswordStepProps extends SignInFormProps {
  onChallenge: (challenge: Challenge) => void
  onForgotten: (email: string) => void
}

function PasswordStep({ email = '', onDone, onChallenge, onForgotten }: PasswordStepProps) {
  const t = useText()
  const form = useForm({ initialValues: { email, password: '' } })
  const write = useSignIn(onDone, onChallenge)
  const passkey = useMutation({
    mutationFn: enterWithPasskey,
    onSuccess: (answer) => {
      session.csrfToken = answer.csrfToken
      return onDone()
    },
  })
  return (
    <form onSubmit={form.onSubmit((values) => write.mutate(values))}>
      <Stack gap="sm">
        <Refused error={write.error ?? passkey.error} />
        <TextInput type="email" autoFocus={email === ''} label={t('people.signIn.email')} autoComplete="username webauthn" inputMode="email" required withAsterisk={false} {...form.getInputProps('email')} />
        <PasswordInput label={t('people.signIn.password')} autoComplete="current-password" required withAsterisk={false} data-autofocus={email !== '' || undefined} visibilityToggleButtonProps={{ 'aria-label': t('people.signIn.showPassword') }} {...form.getInputProps('password')} />
        <Button type="submit" fullWidth loading={write.isPending}>
          {t('people.signIn.go')}
        </Button>
        <Button variant="default" fullWidth loading={passkey.isPending} leftSection={<IconFingerprint size={18} stroke={1.5} aria-hidden />} onClick={() => passkey.mutate()}>
          {t('people.signIn.passkey')}
        </Button>
        <Anchor component="button" type="button" size="sm" ta="start" onClick={() => onForgotten(form.values.email)}>
          {t('people.signIn.forgot')}
        </Anchor>
      </Stack>
    </form>
  )
}

/** Password, then a second factor where there is one; or a passkey alone; or a new password. */
export function SignInForm({ email = '', onDone }: SignInFormProps) {
  const [challenge, setChallenge] = useState<Challenge>()
  const [forgotten, setForgotten] = useState<string>()
  if (challenge !== undefined) return <SecondFactor challenge={challenge} onDone={onDone} onBack={() => setChallenge(undefined)} />
  if (forgotten !== undefined) return <ForgotPassword email={forgotten} onBack={() => setForgotten(undefined)} />
  return <PasswordStep email={email} onDone={onDone} onChallenge={setChallenge} onForgotten={setForgotten} />
}
