import { useState } from 'react'
import { Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { api, type OrderSet } from '../queries.ts'
import { BasketItems } from './basket-items.tsx'
import { bodyOf, isCounted, itemsOfSet } from './basket-values.ts'

/** Another name or other items of a set; other items are its next version. */
export function EditSet({ set, onDone }: { set: OrderSet; onDone: () => void }) {
  const t = useText()
  const [name, setName] = useState(set.name)
  const { can } = useAuth()
  const [isStanding, setStanding] = useState(set.isStanding)
  const before = itemsOfSet(set)
  const [basket, setBasket] = useState(before)
  const items = basket.map(bodyOf)
  const isSame = JSON.stringify(items) === JSON.stringify(before.map(bodyOf))
  const save = useWrite(() => api.updateSet({ params: { id: set.id }, ifMatch: set.version, body: { name: name.trim(), ...(isStanding === set.isStanding ? {} : { isStanding }), ...(isSame ? {} : { items }) } }), { invalidate: [['orders', 'sets']], done: t('orders.sets.kept'), onDone })
  return (
    <Stack>
      <TextInput label={t('common.name')} withAsterisk maxLength={120} value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <BasketItems basket={basket} onChange={setBasket} />
      {set.ownerId === null && can('orders.sign') ? <Checkbox label={t('orders.sets.standing')} checked={isStanding} onChange={(event) => setStanding(event.currentTarget.checked)} /> : null}
      <Text size="xs" c="dimmed">{t('orders.sets.editHint')}</Text>
      <Group justify="end"><Button variant="default" onClick={onDone}>{t('common.cancel')}</Button><Button disabled={name.trim() === '' || basket.length === 0 || !isCounted(basket)} loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('common.save')}</Button></Group>
    </Stack>
  )
}
