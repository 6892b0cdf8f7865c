import { useState } from 'react'
import { Button, Code, Group, Image, Stack, Text, TextInput } from '@mantine/core'
import { fieldError } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { api } from '../queries.ts'

const touched = [['people', 'factors'], ['me']]
const asImage = (svg: string): string => `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`

interface StepProps {
  onDone: (backupCodes: string[]) => void
  onCancel: () => void
}

/** A factor shows by one code that it works. */
export function ShowCode({ factorId, onDone, onCancel }: StepProps & { factorId: string }) {
  const t = useText()
  const [code, setCode] = useState('')
  const activate = useWrite(() => api.activateFactor({ params: { id: factorId }, body: { code } }), { invalidate: touched, done: t('people.factor.added'), isQuiet: true, onDone: ({ backupCodes }) => onDone(backupCodes) })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        activate.mutate(undefined)
      }}
    >
      <Group align="start" gap="sm">
        <TextInput autoFocus label={t('people.factor.code')} value={code} error={activate.isError ? fieldError(t, activate.error) : undefined} onChange={(event) => setCode(event.currentTarget.value)} inputMode="numeric" autoComplete="one-time-code" maxLength={10} dir="ltr" />
        <Group gap="sm" mt={{ base: 0, xs: 24 }}>
          <Button type="submit" loading={activate.isPending} disabled={code.trim().length < 6}>{t('people.factor.activate')}</Button>
          <Button variant="default" onClick={onCancel}>{t('common.cancel')}</Button>
        </Group>
      </Group>
    </form>
  )
}

/** An authenticator app: QR code or secret, then one code of it. */
export function NewAuthenticator({ begun, onDone, onCancel }: StepProps & { begun: { id: string; secret: string; qr: string } }) {
  const t = useText()
  return (
    <Stack gap="sm">
      <Text size="sm" maw={640}>{t('people.factor.scan')}</Text>
      <Group align="start" gap="lg">
        <Image src={asImage(begun.qr)} alt={t('people.factor.qr')} w={180} h={180} bg="white" p={8} />
        <Stack gap={4} maw={320}>
          <Text size="sm" c="dimmed">{t('people.factor.orType')}</Text>
          <Code fz="sm" dir="ltr" style={{ overflowWrap: 'anywhere' }}>{begun.secret.match(/.{1,4}/g)?.join(' ')}</Code>
        </Stack>
      </Group>
      <ShowCode factorId={begun.id} onDone={onDone} onCancel={onCancel} />
    </Stack>
  )
}
