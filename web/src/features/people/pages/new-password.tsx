import { useState } from 'react'
import { Button, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { ApiError } from '../../../kernel/api.ts'
import { errorText, hasText, useText } from '../../../kernel/i18n.ts'
import styles from '../parts/sign-in.module.css'
import { finishReset } from '../sign-in-queries.ts'

/** Where the link of a mail leads: a new password, then to the sign-in. The secret stands behind `#` and goes to no server by itself. */
export function NewPasswordPage() {
  const t = useText()
  const [token] = useState(() => location.hash.slice(1))
  const [isExpired] = useState(() => new URLSearchParams(location.search).has('expired'))
  const [password, setPassword] = useState('')
  const [again, setAgain] = useState('')
  const save = useMutation({ mutationFn: () => finishReset({ token, newPassword: password }) })
  const weak = save.error instanceof ApiError ? save.error.errors[0]?.code : undefined
  const refusal = save.error === null ? undefined : weak !== undefined && hasText(`fields.${weak}`) ? t(`fields.${weak}`) : errorText(t, save.error)
  const isDifferent = again !== '' && again !== password
  const label = { 'aria-label': t('people.signIn.showPassword') }
  return (
    <main className={styles.page}>
      <Paper p="lg" maw={420} w="100%" bg="var(--surface)">
        <Title order={1} mb="sm">{t('people.reset.title')}</Title>
        {save.isSuccess ? (
          <Stack>
            <Text role="status">{t('people.reset.done')}</Text>
            <Button component="a" href="/">{t('people.signIn.go')}</Button>
          </Stack>
        ) : (
          <form
            onSubmit={(event) => {
              event.preventDefault()
              if (again === password) save.mutate()
            }}
          >
            <Stack gap="sm">
              {isExpired ? <Text>{t('people.reset.expired')}</Text> : null}
              <PasswordInput autoFocus label={t('people.password.new')} description={t('people.password.hint')} autoComplete="new-password" required withAsterisk={false} value={password} onChange={(event) => setPassword(event.currentTarget.value)} error={refusal} visibilityToggleButtonProps={label} />
              <PasswordInput label={t('people.password.again')} autoComplete="new-password" required withAsterisk={false} value={again} onChange={(event) => setAgain(event.currentTarget.value)} error={isDifferent ? t('people.password.differ') : undefined} visibilityToggleButtonProps={label} />
              <Button type="submit" fullWidth loading={save.isPending} disabled={isDifferent || password.length < 12}>{t('people.reset.save')}</Button>
            </Stack>
          </form>
        )}
      </Paper>
    </main>
  )
}
