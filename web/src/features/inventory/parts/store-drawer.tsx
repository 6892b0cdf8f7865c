import { useState } from 'react'
import { Button, Group, Stack, Switch, Text, TextInput } from '@mantine/core'
import { IconLock, IconLockOpen, IconPrinter } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { openBlob } from '../../../kernel/api.ts'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { Loaded } from '../../../ui/states.tsx'
import { api, touched, type Store } from '../queries.ts'
import { BoxContents } from './box-contents.tsx'
import { Fact } from './item-form.tsx'

function Seal({ store }: { store: Store }) {
  const t = useText()
  const format = useFormat()
  const [text, setText] = useState('')
  const common = { params: { id: store.id }, ifMatch: store.version }
  const seal = useWrite(() => api.sealStore({ ...common, body: { sealNumber: text.trim() } }), { invalidate: touched, onDone: () => setText('') })
  const open = useWrite(() => api.breakSeal({ ...common, body: { reason: text.trim() } }), { invalidate: touched, onDone: () => setText('') })
  const isSealed = store.sealNumber !== ''
  return (
    <Stack gap="xs">
      <Fact label={t('inventory.seal')} value={isSealed ? store.sealNumber : t('inventory.seal.open')} />
      {isSealed || store.unsealedAt === null ? null : <Fact label={t('inventory.seal.opened')} value={[format.dayTime(store.unsealedAt), store.unsealedReason].filter(Boolean).join(' · ')} />}
      <Group align="end">
        <TextInput style={{ flex: 1 }} label={t(isSealed ? 'common.reason' : 'inventory.seal.number')} maxLength={isSealed ? 300 : 40} value={text} onChange={(event) => setText(event.currentTarget.value)} />
        <Button variant="default" leftSection={isSealed ? <IconLockOpen size={16} /> : <IconLock size={16} />} disabled={text.trim() === ''} loading={seal.isPending || open.isPending} onClick={() => (isSealed ? open : seal).mutate(undefined)}>{t(isSealed ? 'inventory.seal.break' : 'inventory.seal.put')}</Button>
      </Group>
    </Stack>
  )
}

function Books({ store }: { store: Store }) {
  const t = useText()
  const format = useFormat()
  const [day, setDay] = useState('')
  const close = useWrite(() => api.updateStore({ params: { id: store.id }, ifMatch: store.version, body: { closedOn: day } }), { invalidate: touched, done: t('common.saved'), onDone: () => setDay('') })
  const errors = problemToFields(t, close.error)
  return (
    <Stack gap="xs">
      <Fact label={t('inventory.books')} value={store.closedOn === null ? t('inventory.books.open') : t('inventory.books.closed', { day: format.day(store.closedOn) })} />
      <Group align="end">
        <TextInput type="date" style={{ flex: 1 }} label={t('inventory.books.upTo')} max={format.today()} value={day} error={errors['closedOn']} onChange={(event) => setDay(event.currentTarget.value)} />
        <Button variant="default" disabled={day === ''} loading={close.isPending} onClick={() => close.mutate(undefined)}>{t('inventory.books.close')}</Button>
      </Group>
      <Text size="xs" c="dimmed">{t('inventory.books.hint')}</Text>
    </Stack>
  )
}

function Named({ store }: { store: Store }) {
  const t = useText()
  const [name, setName] = useState(store.name)
  const save = useWrite((change: { name?: string; isActive?: boolean }) => api.updateStore({ params: { id: store.id }, ifMatch: store.version, body: change }), { invalidate: touched, done: t('common.saved') })
  return (
    <Stack gap="xs">
      <Group align="end">
        <TextInput style={{ flex: 1 }} label={t('common.name')} maxLength={120} value={name} error={problemToFields(t, save.error)['name']} onChange={(event) => setName(event.currentTarget.value)} />
        <Button variant="default" disabled={name.trim() === '' || name.trim() === store.name} loading={save.isPending} onClick={() => save.mutate({ name: name.trim() })}>{t('common.save')}</Button>
      </Group>
      <Switch label={t('inventory.active')} checked={store.isActive} disabled={save.isPending} onChange={(event) => save.mutate({ isActive: event.currentTarget.checked })} />
    </Stack>
  )
}

/** One store: its seal, its books, the labels of its shelves. */
export function StoreDrawer({ storeId }: { storeId: string }) {
  const t = useText()
  const query = useQuery({ queryKey: ['inventory', 'store', storeId], queryFn: ({ signal }) => api.readStore({ params: { id: storeId }, signal }) })
  const labels = useWrite(async () => openBlob(await api.storeLabels({ params: { id: storeId } })))
  return (
    <Loaded query={query}>
      {(store) => (
        <Stack gap="lg">
          <Button variant="default" leftSection={<IconPrinter size={16} />} loading={labels.isPending} onClick={() => labels.mutate(undefined)}>{t('inventory.labels')}</Button>
          <Named key={store.version} store={store} />
          {store.kind === 'emergency-box' ? <><Seal store={store} /><BoxContents storeId={store.id} /></> : null}
          <Books store={store} />
        </Stack>
      )}
    </Loaded>
  )
}
