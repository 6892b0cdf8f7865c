import { useState } from 'react'
import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { fieldError } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { api } from '../queries.ts'
import { ShowCode } from './new-authenticator.tsx'

/** A number for codes: what it is worth is said first, then the number shows by one code that it is the person's. */
export function NewPhone({ onDone, onCancel }: { onDone: (backupCodes: string[]) => void; onCancel: () => void }) {
  const t = useText()
  const [phone, setPhone] = useState('')
  const [factorId, setFactorId] = useState<string>()
  const begin = useWrite(() => api.addPhone({ body: { phone } }), { isQuiet: true, onDone: ({ id }) => setFactorId(id) })
  return (
    <Stack gap="sm" maw={640}>
      <Alert variant="outline" color="yellow" icon={<IconAlertTriangle aria-hidden />}>{t('people.factor.smsRisk')}</Alert>
      {factorId === undefined ? (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            begin.mutate(undefined)
          }}
        >
          <Group align="start" gap="sm">
            <TextInput autoFocus type="tel" label={t('people.factor.phone')} description={t('people.factor.phoneHint')} value={phone} error={begin.isError ? fieldError(t, begin.error) : undefined} onChange={(event) => setPhone(event.currentTarget.value)} inputMode="tel" autoComplete="tel" maxLength={30} dir="ltr" />
            <Group gap="sm" mt={{ base: 0, xs: 44 }}>
              <Button type="submit" loading={begin.isPending} disabled={phone.trim().length < 6}>{t('people.factor.sendFirst')}</Button>
              <Button variant="default" onClick={onCancel}>{t('common.cancel')}</Button>
            </Group>
          </Group>
        </form>
      ) : (
        <>
          <Text size="sm">{t('people.factor.ask.sms')}</Text>
          <ShowCode factorId={factorId} onDone={onDone} onCancel={onCancel} />
        </>
      )}
    </Stack>
  )
}
