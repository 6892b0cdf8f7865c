import { useState } from 'react'
import { Button, Drawer, NumberInput, Switch, TextInput } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { scheduling } from '#contract/scheduling.ts'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Page } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import type { Room } from '../group-queries.ts'
import { api } from '../queries.ts'

interface RoomValues extends Record<string, unknown> {
  name: string
  places: number
  isActive: boolean
}

function RoomForm({ room, onClose }: { room: Room | undefined; onClose: () => void }) {
  const t = useText()
  const { facilityId } = useAuth()
  const form = useAppForm<RoomValues, Room>({
    initialValues: { name: room?.name ?? '', places: room?.places ?? 20, isActive: room?.isActive ?? true },
    schema: scheduling.updateRoom.body,
    submit: ({ name, places, isActive }) => (room === undefined ? api.addRoom({ body: { facilityId, name, places } }) : api.updateRoom({ params: { id: room.id }, ifMatch: room.version, body: { name, places, isActive } })),
    done: () => {
      void queryClient.invalidateQueries({ queryKey: ['scheduling', 'rooms'] })
      onClose()
    },
  })
  const { getInputProps } = form.fields
  return (
    <Form form={form} submitLabel={t('common.save')} cancel={onClose} labels={{ name: t('scheduling.rooms.name'), places: t('scheduling.group.places') }}>
      <TextInput label={t('scheduling.rooms.name')} withAsterisk maxLength={80} {...getInputProps('name')} />
      <NumberInput label={t('scheduling.group.places')} withAsterisk min={1} max={1000} allowDecimal={false} {...getInputProps('places')} />
      {room === undefined ? null : <Switch label={t('scheduling.rooms.isActive')} {...getInputProps('isActive', { type: 'checkbox' })} />}
    </Form>
  )
}

export function RoomsPage() {
  const t = useText()
  const { facilityId } = useAuth()
  const [edited, setEdited] = useState<Room | 'new'>()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listRooms({ query: { facilityId, cursor, limit }, signal })
  const stateOf = (row: Room) => t(row.isActive ? 'scheduling.rooms.active' : 'scheduling.rooms.retired')
  const add = (
    <Can permission="scheduling.schedules">
      <Button leftSection={<IconPlus size={16} />} onClick={() => setEdited('new')}>
        {t('scheduling.rooms.add')}
      </Button>
    </Can>
  )
  const columns = [
    { key: 'name', label: t('scheduling.rooms.name'), render: (row: Room) => <bdi>{row.name}</bdi>, csv: (row: Room) => row.name },
    { key: 'places', label: t('scheduling.group.places'), align: 'end' as const, render: (row: Room) => row.places },
    { key: 'state', label: t('common.state'), render: (row: Room) => <StateBadge label={stateOf(row)} tone={row.isActive ? 'good' : 'neutral'} />, csv: stateOf },
  ]
  const close = () => setEdited(undefined)
  return (
    <Page title={t('scheduling.rooms.title')} actions={add}>
      <DataTable name="rooms" queryKey={['scheduling', 'rooms', facilityId]} load={load} columns={columns} rowId={(row) => row.id} onOpen={setEdited} empty={{ title: t('scheduling.rooms.empty'), hint: t('scheduling.rooms.emptyHint'), action: add }} />
      <Drawer opened={edited !== undefined} onClose={close} position="right" title={t(edited === 'new' ? 'scheduling.rooms.add' : 'scheduling.rooms.edit')}>
        {edited === undefined ? null : <RoomForm room={edited === 'new' ? undefined : edited} onClose={close} />}
      </Drawer>
    </Page>
  )
}
