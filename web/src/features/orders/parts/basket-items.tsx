import { useState } from 'react'
import { Group, Select, Stack, Text } from '@mantine/core'
import { orderableKind } from '#contract/order-catalogue.ts'
import { orderKind } from '#contract/orders.ts'
import { useText } from '../../../kernel/i18n.ts'
import { BasketLine } from './basket-line.tsx'
import { type BasketItem, keyOf, withChange, withItems, without } from './basket-values.ts'
import type { Checked } from './checking.ts'
import { OrderableSearch } from './orderable-search.tsx'
import { TestSearch } from './test-search.tsx'

const otherKinds = orderKind.options.filter((kind) => kind !== 'laboratory')

/** Imaging, procedures, diets and nursing care as the catalogue knows them; anything else in words. */
function OtherOrder({ onTake }: { onTake: (item: BasketItem) => void }) {
  const t = useText()
  const [kind, setKind] = useState<(typeof otherKinds)[number]>('procedure')
  return (
    <Group align="end" gap="xs">
      <Select w={150} label={t('orders.basket.other')} allowDeselect={false} data={otherKinds.map((value) => ({ value, label: t(`orders.kind.${value}`) }))} value={kind} onChange={(value) => setKind(otherKinds.find((one) => one === value) ?? kind)} />
      <div style={{ flex: 1, minWidth: 200 }}>
        <OrderableSearch
          kind={orderableKind.safeParse(kind).data} onWords={(name) => onTake({ kind, name, quantity: '1' })}
          onTake={({ id, code, name, instructions }) => onTake({ kind, code, name, quantity: '1', of: { catalogueId: id }, ...(instructions === '' ? {} : { instructions }) })}
        />
      </div>
    </Group>
  )
}

interface ItemsProps {
  basket: readonly BasketItem[]
  onChange: (basket: BasketItem[]) => void
  /** What is asked of each, where it is ordered for somebody. */
  askOf?: Checked['askOf']
}

/** What is in the basket and how much of it, and what is put in. */
export function BasketItems({ basket, onChange, askOf }: ItemsProps) {
  const t = useText()
  const add = (item: BasketItem) => onChange(withItems(basket, [item]))
  return (
    <Stack gap="sm">
      <TestSearch onTake={(test) => add({ kind: 'laboratory', code: test.code, name: test.name, quantity: '1' })} />
      <OtherOrder onTake={add} />
      {basket.length === 0 ? <Text size="sm" c="dimmed">{t('orders.basket.empty')}</Text> : (
        <Stack gap={0} component="ul" m={0} p={0} style={{ listStyle: 'none' }} aria-label={t('orders.basket.title')}>
          {basket.map((item) => <BasketLine key={keyOf(item)} item={item} ask={askOf?.(item)} onChange={(change) => onChange(withChange(basket, item, change))} onRemove={() => onChange(without(basket, item))} />)}
        </Stack>
      )}
    </Stack>
  )
}
