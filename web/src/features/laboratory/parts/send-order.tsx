import { Button, Menu } from '@mantine/core'
import { IconSend } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { type Instrument, lines } from '../queries.ts'

/** Sends what waits on a tube to an instrument that has an address or a line of its own. */
export function SendOrder({ specimenId, facilityId }: { specimenId: string; facilityId: string }) {
  const t = useText()
  const { can } = useAuth()
  const may = can('laboratory.work') && can('instruments.read')
  const query = useQuery({ queryKey: ['laboratory', 'instruments', 'to-send', facilityId], queryFn: ({ signal }) => lines.listInstruments({ query: { facilityId, limit: 100 }, signal }), enabled: may, staleTime: 60_000 })
  const send = useWrite((instrument: Instrument) => lines.sendOrder({ params: { id: instrument.id }, body: { specimenId } }), { invalidate: [['laboratory', 'messages']], done: t('instruments.sent') })
  const able = (query.data?.items ?? []).filter((instrument) => instrument.isActive && ((instrument.sendHost !== '' && instrument.sendPort !== null) || instrument.listenPort !== null))
  if (!may || able.length === 0) return null
  return (
    <Menu position="bottom-end">
      <Menu.Target><Button variant="default" loading={send.isPending} leftSection={<IconSend size={16} className="flip" />}>{t('instruments.send')}</Button></Menu.Target>
      <Menu.Dropdown>{able.map((instrument) => <Menu.Item key={instrument.id} onClick={() => send.mutate(instrument)}>{t('instruments.sendTo', { name: instrument.name })}</Menu.Item>)}</Menu.Dropdown>
    </Menu>
  )
}
