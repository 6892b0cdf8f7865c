import { useState } from 'react'
import { Anchor, Button, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useText } from '../../../kernel/i18n.ts'
import { askReset } from '../sign-in-queries.ts'
import { Refused } from './sign-in-form.tsx'

/** Asks for a link to a new password; the answer does not tell whether there is such an account. */
export function ForgotPassword({ email, onBack }: { email: string; onBack: () => void }) {
  const t = useText()
  const [address, setAddress] = useState(email)
  const ask = useMutation({ mutationFn: () => askReset(address) })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        ask.mutate()
      }}
    >
      <Stack gap="sm">
        <Refused error={ask.error} />
        <Text size="sm" role="status">{t(ask.isSuccess ? 'people.reset.sent' : 'people.reset.hint')}</Text>
        {ask.isSuccess ? null : (
          <>
            <TextInput autoFocus type="email" label={t('people.signIn.email')} autoComplete="username" inputMode="email" required withAsterisk={false} value={address} onChange={(event) => setAddress(event.currentTarget.value)} />
            <Button type="submit" fullWidth loading={ask.isPending}>{t('people.reset.ask')}</Button>
          </>
        )}
        <Anchor component="button" type="button" size="sm" ta="start" onClick={onBack}>{t('common.back')}</Anchor>
      </Stack>
    </form>
  )
}
