import { useState } from 'react'
import { Button, Group, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { IconFingerprint } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { session } from '../../../kernel/api.ts'
import { useText } from '../../../kernel/i18n.ts'
import { api, factorsQuery } from '../queries.ts'
import { signWithPasskey } from '../sign-in-queries.ts'
import { Refused } from './sign-in-form.tsx'

/** Asks who sits here, before something that must not be done on a screen left open. */
export function ConfirmOverlay({ onEnd }: { onEnd: (isConfirmed: boolean) => void }) {
  const t = useText()
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const factors = useQuery(factorsQuery)
  const active = (factors.data?.items ?? []).filter((one) => one.state === 'active')
  const hasPasskey = active.some((one) => one.kind === 'passkey')
  const confirm = useMutation({
    mutationFn: async (isByPasskey: boolean) => {
      const signed = isByPasskey ? await signWithPasskey() : undefined
      return api.confirm({ body: { password, ...(signed === undefined ? (code === '' ? {} : { code }) : { challenge: signed.token, assertion: { ...signed.assertion, response: { ...signed.assertion.response } } }) } })
    },
    onSuccess: ({ csrfToken }) => {
      session.csrfToken = csrfToken
      onEnd(true)
    },
  })
  return (
    <Modal opened onClose={() => onEnd(false)} title={t('people.confirm.title')} zIndex={1000}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          confirm.mutate(false)
        }}
      >
        <Stack gap="sm">
          <Text size="sm">{t('people.confirm.hint')}</Text>
          <Refused error={confirm.error} />
          <PasswordInput data-autofocus label={t('people.signIn.password')} autoComplete="current-password" required withAsterisk={false} value={password} onChange={(event) => setPassword(event.currentTarget.value)} visibilityToggleButtonProps={{ 'aria-label': t('people.signIn.showPassword') }} />
          {active.length === 0 ? null : <TextInput label={t('people.confirm.code')} value={code} onChange={(event) => setCode(event.currentTarget.value)} autoComplete="one-time-code" maxLength={30} dir="ltr" />}
          <Group justify="end">
            <Button variant="default" onClick={() => onEnd(false)}>{t('common.cancel')}</Button>
            {hasPasskey ? <Button variant="default" disabled={password === ''} leftSection={<IconFingerprint size={18} stroke={1.5} aria-hidden />} onClick={() => confirm.mutate(true)}>{t('people.factor.usePasskey')}</Button> : null}
            <Button type="submit" loading={confirm.isPending}>{t('people.confirm.go')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
