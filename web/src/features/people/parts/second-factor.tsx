import { useState } from 'react'
import { Anchor, Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { IconFingerprint } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { session } from '../../../kernel/api.ts'
import { useText } from '../../../kernel/i18n.ts'
import { passCode, passPasskey, sendCode, type Challenge, type Entered } from '../sign-in-queries.ts'
import { Refused } from './sign-in-form.tsx'

interface SecondFactorProps {
  challenge: Challenge
  onDone: () => unknown
  onBack: () => void
}

/** The second factor: one way at a time, the others one press away. */
export function SecondFactor({ challenge, onDone, onBack }: SecondFactorProps) {
  const t = useText()
  const [method, setMethod] = useState(challenge.methods[0] ?? 'totp')
  const [code, setCode] = useState('')
  const onSuccess = (answer: Entered) => {
    session.csrfToken = answer.csrfToken
    return onDone()
  }
  const byCode = useMutation({ mutationFn: () => passCode({ challenge: challenge.challenge, method, code }), onSuccess, onError: () => setCode('') })
  const byPasskey = useMutation({ mutationFn: () => passPasskey(challenge.challenge), onSuccess })
  const sent = useMutation({ mutationFn: (by: 'email' | 'sms') => sendCode(challenge.challenge, by) })
  const choose = (next: typeof method) => {
    setMethod(next)
    setCode('')
    byCode.reset()
    byPasskey.reset()
    sent.reset()
    if (next === 'email' || next === 'sms') sent.mutate(next)
  }
  const isSentFirst = method === 'email' || method === 'sms'
  const others = challenge.methods.filter((one) => one !== method)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        byCode.mutate()
      }}
    >
      <Stack gap="sm">
        <Refused error={byCode.error ?? byPasskey.error ?? sent.error} />
        {isSentFirst && !sent.isSuccess ? null : <Text size="sm">{t(`people.factor.ask.${method}`)}</Text>}
        {isSentFirst && !sent.isSuccess ? (
          <Button type="button" fullWidth loading={sent.isPending} onClick={() => choose(method)}>{t(`people.factor.other.${method}`)}</Button>
        ) : method === 'passkey' ? (
          <Button fullWidth loading={byPasskey.isPending} leftSection={<IconFingerprint size={18} stroke={1.5} aria-hidden />} onClick={() => byPasskey.mutate()}>{t('people.factor.usePasskey')}</Button>
        ) : (
          <>
            <TextInput data-autofocus autoFocus label={t('people.factor.code')} value={code} onChange={(event) => setCode(event.currentTarget.value)} inputMode={method === 'backup' ? 'text' : 'numeric'} autoComplete="one-time-code" maxLength={30} required withAsterisk={false} dir="ltr" />
            <Button type="submit" fullWidth loading={byCode.isPending} disabled={code.trim().length < 4}>{t('people.signIn.go')}</Button>
          </>
        )}
        <Group gap="md">
          {isSentFirst && sent.isSuccess ? <Anchor component="button" type="button" size="sm" onClick={() => choose(method)}>{t('people.factor.again')}</Anchor> : null}
          {others.map((one) => <Anchor key={one} component="button" type="button" size="sm" onClick={() => choose(one)}>{t(`people.factor.other.${one}`)}</Anchor>)}
          <Anchor component="button" type="button" size="sm" onClick={onBack}>{t('common.back')}</Anchor>
        </Group>
      </Stack>
    </form>
  )
}
