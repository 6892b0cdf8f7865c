import { useState } from 'react'
import { Button, CloseButton, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { orderKind } from '#contract/orders.ts'
import { useText } from '../../../kernel/i18n.ts'
import { type BasketItem, keyOf, withItems, without, withQuantity } from './basket-values.ts'
import { TestSearch } from './test-search.tsx'

const otherKinds = orderKind.options.filter((kind) => kind !== 'laboratory')

function OtherOrder({ onTake }: { onTake: (item: BasketItem) => void }) {
  const t = useText()
  const [kind, setKind] = useState<(typeof otherKinds)[number]>('procedure')
  const [name, setName] = useState('')
  const take = () => {
    if (name.trim() === '') return
    onTake({ kind, name: name.trim(), quantity: '1' })
    setName('')
  }
  return (
    <Group align="end" gap="xs">
      <Select w={150} label={t('orders.basket.other')} data={otherKinds.map((value) => ({ value, label: t(`orders.kind.${value}`) }))} value={kind} onChange={(value) => setKind(otherKinds.find((one) => one === value) ?? kind)} />
      <TextInput flex={1} miw={160} aria-label={t('orders.basket.otherName')} placeholder={t('orders.basket.otherName')} maxLength={200} value={name} onChange={(event) => setName(event.currentTarget.value)} onKeyDown={(event) => { if (event.key === 'Enter') { event.preventDefault(); take() } }} />
      <Button variant="default" disabled={name.trim() === ''} onClick={take}>{t('common.add')}</Button>
    </Group>
  )
}

/** What is in the basket and how much of it, and what is put in. */
export function BasketItems({ basket, onChange }: { basket: readonly BasketItem[]; onChange: (basket: BasketItem[]) => void }) {
  const t = useText()
  const add = (item: BasketItem) => onChange(withItems(basket, [item]))
  return (
    <Stack gap="sm">
      <TestSearch onTake={(test) => add({ kind: 'laboratory', code: test.code, name: test.name, quantity: '1' })} />
      <OtherOrder onTake={add} />
      {basket.length === 0 ? <Text size="sm" c="dimmed">{t('orders.basket.empty')}</Text> : (
        <Stack gap={4} component="ul" m={0} p={0} style={{ listStyle: 'none' }} aria-label={t('orders.basket.title')}>
          {basket.map((item) => (
            <Group key={keyOf(item)} component="li" justify="space-between" wrap="nowrap" gap="xs">
              <Text size="sm" flex={1} miw={0}>{item.name} <Text span size="xs" c="dimmed">{t(`orders.kind.${item.kind}`)}</Text></Text>
              <TextInput w={64} size="xs" inputMode="decimal" aria-label={t('orders.basket.quantity', { name: item.name })} maxLength={13} value={item.quantity} error={Number(item.quantity) > 0 ? undefined : true} onChange={(event) => onChange(withQuantity(basket, item, event.currentTarget.value.trim()))} />
              <CloseButton aria-label={t('orders.basket.remove', { name: item.name })} onClick={() => onChange(without(basket, item))} />
            </Group>
          ))}
        </Stack>
      )}
    </Stack>
  )
}
