import { useState } from 'react'
import { Button, Checkbox, Group, Popover, Stack, TextInput } from '@mantine/core'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { api } from '../queries.ts'
import { type BasketItem, bodyOf } from './basket-values.ts'

/** Keeps the basket under a name: one's own favourite, or a set for everybody. */
export function KeepSet({ basket }: { basket: readonly BasketItem[] }) {
  const t = useText()
  const [isOpen, setOpen] = useState(false)
  const [name, setName] = useState('')
  const [isFavourite, setFavourite] = useState(true)
  const [isStanding, setStanding] = useState(false)
  const { can } = useAuth()
  const keep = useWrite(() => api.createSet({ body: { name: name.trim(), isFavourite, ...(isStanding && !isFavourite ? { isStanding } : {}), items: basket.map(bodyOf) } }), { invalidate: [['orders', 'sets']], done: t('orders.sets.kept'), onDone: () => { setOpen(false); setName('') } })
  return (
    <Popover opened={isOpen} onChange={setOpen} trapFocus position="top-end" width={300}>
      <Popover.Target><Button variant="subtle" onClick={() => setOpen(!isOpen)}>{t('orders.sets.keep')}</Button></Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          <TextInput label={t('common.name')} withAsterisk maxLength={120} value={name} onChange={(event) => setName(event.currentTarget.value)} />
          <Checkbox label={t('orders.sets.mine')} checked={isFavourite} onChange={(event) => setFavourite(event.currentTarget.checked)} />
          {isFavourite || !can('orders.sign') ? null : <Checkbox label={t('orders.sets.standing')} checked={isStanding} onChange={(event) => setStanding(event.currentTarget.checked)} />}
          <Group justify="end"><Button disabled={name.trim() === ''} loading={keep.isPending} onClick={() => keep.mutate(undefined)}>{t('common.save')}</Button></Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}
