import { useState } from 'react'
import { Alert, Box, Button, Group, Stack, Table, Text } from '@mantine/core'
import { IconAlertTriangle, IconDeviceMobile, IconFingerprint, IconMail, IconMessage, type Icon } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { api, factorsQuery } from '../queries.ts'
import { passkeyRefused } from '../sign-in-queries.ts'
import { BackupCodes } from './backup-codes.tsx'
import { NewAuthenticator, ShowCode } from './new-authenticator.tsx'
import { NewPhone } from './new-phone.tsx'

const touched = [['people', 'factors'], ['me']]
const icons: Record<string, Icon> = { totp: IconDeviceMobile, passkey: IconFingerprint, email: IconMail, sms: IconMessage }
type Factor = Awaited<ReturnType<typeof api.listFactors>>['items'][number]

function Row({ factor }: { factor: Factor }) {
  const t = useText()
  const kind = t(`people.factor.kind.${factor.kind}`)
  const Shape = icons[factor.kind] ?? IconDeviceMobile
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="xs" wrap="nowrap">
          <Shape size={20} stroke={1.5} aria-hidden />
          <Box>
            <Text size="sm" fw={600}><bdi>{factor.name}</bdi></Text>
            <Text size="xs" c="dimmed">{factor.name === kind ? null : <>{kind} · </>}{factor.lastUsedAt === null ? t('people.factor.neverUsed') : <When at={factor.lastUsedAt} />}</Text>
          </Box>
        </Group>
      </Table.Td>
      <Table.Td ta="end">
        <LifecycleButtons size="xs" actions={['remove']} invalidate={touched} steps={[{ step: 'remove', label: t('common.remove'), isDangerous: true, confirm: t('people.factor.removeConfirm', { name: factor.name }), run: () => api.removeFactor({ params: { id: factor.id }, body: {} }) }]} />
      </Table.Td>
    </Table.Tr>
  )
}

async function makePasskey(name: string) {
  const { startRegistration } = await import('@simplewebauthn/browser')
  const { token, options } = await api.askNewPasskey({ body: {} })
  const made = await startRegistration({ optionsJSON: options as unknown as Parameters<typeof startRegistration>[0]['optionsJSON'] }).catch(passkeyRefused)
  return api.addPasskey({ body: { token, name, attestation: { ...made, response: { ...made.response } } } })
}

/** Second factors of the own account: what stands, one more, and the codes for a lost phone. */
export function Factors() {
  const t = useText()
  const query = useQuery(factorsQuery)
  const [codes, setCodes] = useState<readonly string[]>([])
  const [begun, setBegun] = useState<{ id: string; secret: string; qr: string }>()
  const [mailed, setMailed] = useState<string>()
  const [isTexting, setTexting] = useState(false)
  const authenticator = useWrite(() => api.addAuthenticator({ body: { name: t('people.factor.kind.totp') } }), { onDone: setBegun })
  const passkey = useWrite(() => makePasskey(t('people.factor.kind.passkey')), { invalidate: touched, done: t('people.factor.added'), onDone: ({ backupCodes }) => setCodes(backupCodes) })
  const mail = useWrite(() => api.addMail({ body: {} }), { onDone: ({ id }) => setMailed(id) })
  const renew = useWrite(() => api.renewBackupCodes({ body: {} }), { invalidate: touched, onDone: (answer) => setCodes(answer.codes) })
  const finish = (list: readonly string[]) => {
    setBegun(undefined)
    setMailed(undefined)
    setTexting(false)
    setCodes(list)
  }
  return (
    <Loaded query={query} rows={2}>
      {({ items, backupCodesLeft, isRequired, canMail, canText }) => {
        const active = items.filter((one) => one.state === 'active')
        return (
          <Stack gap="md">
            {isRequired && active.length === 0 ? <Alert variant="outline" color="yellow" icon={<IconAlertTriangle aria-hidden />}>{t('people.factor.required')}</Alert> : null}
            <Text size="sm" maw={640}>{t('people.factor.intro')}</Text>
            {active.length === 0 ? null : <Table><Table.Tbody>{active.map((factor) => <Row key={factor.id} factor={factor} />)}</Table.Tbody></Table>}
            {codes.length === 0 ? null : <BackupCodes codes={codes} onKept={() => setCodes([])} />}
            {begun === undefined ? null : <NewAuthenticator begun={begun} onDone={finish} onCancel={() => setBegun(undefined)} />}
            {mailed === undefined ? null : <Stack gap="xs"><Text size="sm">{t('people.factor.ask.email')}</Text><ShowCode factorId={mailed} onDone={finish} onCancel={() => setMailed(undefined)} /></Stack>}
            {isTexting ? <NewPhone onDone={finish} onCancel={() => setTexting(false)} /> : null}
            {begun !== undefined || mailed !== undefined || isTexting ? null : (
              <Group gap="xs">
                <Button variant="default" leftSection={<IconDeviceMobile size={16} aria-hidden />} loading={authenticator.isPending} onClick={() => authenticator.mutate(undefined)}>{t('people.factor.add.totp')}</Button>
                <Button variant="default" leftSection={<IconFingerprint size={16} aria-hidden />} loading={passkey.isPending} onClick={() => passkey.mutate(undefined)}>{t('people.factor.add.passkey')}</Button>
                {canMail && !active.some((one) => one.kind === 'email') ? <Button variant="default" leftSection={<IconMail size={16} aria-hidden />} loading={mail.isPending} onClick={() => mail.mutate(undefined)}>{t('people.factor.add.email')}</Button> : null}
                {canText && active.some((one) => one.kind === 'totp' || one.kind === 'passkey') && !active.some((one) => one.kind === 'sms') ? <Button variant="default" leftSection={<IconMessage size={16} aria-hidden />} onClick={() => setTexting(true)}>{t('people.factor.add.sms')}</Button> : null}
              </Group>
            )}
            {active.length === 0 ? null : (
              <Group gap="sm">
                <Text size="sm">{t('people.factor.codesLeft', { count: backupCodesLeft })}</Text>
                <Button size="compact-sm" variant="subtle" loading={renew.isPending} onClick={() => renew.mutate(undefined)}>{t('people.factor.codesRenew')}</Button>
              </Group>
            )}
          </Stack>
        )
      }}
    </Loaded>
  )
}
