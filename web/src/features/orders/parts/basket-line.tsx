import { useState } from 'react'
import { ActionIcon, Checkbox, CloseButton, Group, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import { type OrderAsk, orderSide, pregnancyAnswer } from '#contract/orders.ts'
import { useText } from '../../../kernel/i18n.ts'
import { StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { type BasketItem, isOther } from './basket-values.ts'

interface LineProps {
  item: BasketItem
  ask: OrderAsk | undefined
  onChange: (change: Partial<BasketItem>) => void
  onRemove: () => void
}

/** What the record knows of allergies and kidneys, and that it was looked at before contrast. */
function Contrast({ item, ask, onChange }: Omit<LineProps, 'ask' | 'onRemove'> & { ask: OrderAsk }) {
  const t = useText()
  const { creatinine } = ask
  return (
    <Stack gap={4}>
      <Text size="xs">{t('orders.ask.allergies')}: {ask.allergies.length === 0 ? t('orders.ask.noAllergies') : <b><bdi>{ask.allergies.join(', ')}</bdi></b>} · {t('orders.ask.creatinine')}: {creatinine === null ? t('orders.ask.noCreatinine') : <><b><bdi dir="ltr">{creatinine.mgPerDl} mg/dL</bdi></b> (<When at={creatinine.at} />)</>}</Text>
      <Checkbox size="sm" label={t('orders.ask.contrast', { contrast: t(`orders.contrast.${ask.contrast}`) })} checked={item.isContrastChecked === true} onChange={(event) => onChange({ isContrastChecked: event.currentTarget.checked })} />
    </Stack>
  )
}

function Asked({ item, ask, onChange }: Omit<LineProps, 'ask' | 'onRemove'> & { ask: OrderAsk }) {
  const t = useText()
  return (
    <Stack gap="xs">
      <Group gap="xs" align="end">
        {ask.side ? <Select size="xs" w={140} withAsterisk label={t('orders.ask.side')} data={orderSide.options.map((value) => ({ value, label: t(`orders.side.${value}`) }))} value={item.side ?? null} onChange={(side) => onChange({ side: orderSide.safeParse(side).data })} /> : null}
        {ask.pregnancy ? <Select size="xs" w={230} withAsterisk label={t('orders.ask.pregnancy')} data={pregnancyAnswer.options.map((value) => ({ value, label: t(`orders.pregnancy.${value}`) }))} value={item.pregnancy ?? null} onChange={(answer) => onChange({ pregnancy: pregnancyAnswer.safeParse(answer).data })} /> : null}
      </Group>
      {item.pregnancy === 'yes' || item.pregnancy === 'possible' ? <Text size="xs" c="var(--mantine-color-error)" fw={600} role="status">{t('orders.ask.pregnant')}</Text> : null}
      {ask.contrast === 'none' ? null : <Contrast item={item} ask={ask} onChange={onChange} />}
    </Stack>
  )
}

/** One thing in the basket: how much, when and how, and what is asked before it is ordered. */
export function BasketLine({ item, ask, onChange, onRemove }: LineProps) {
  const t = useText()
  const { name, timing = '', instructions = '' } = item
  const [isOpen, setOpen] = useState(timing !== '' || instructions !== '')
  return (
    <Stack gap={6} component="li" py={4} style={{ borderBlockEnd: '1px solid var(--line)' }}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="sm" flex={1} miw={0}>{name} <Text span size="xs" c="dimmed">{t(`orders.kind.${item.kind}`)}</Text> {isOther(item) ? <StateBadge label={t('orders.inWords')} tone="neutral" /> : null}</Text>
        <TextInput w={64} size="xs" inputMode="decimal" aria-label={t('orders.basket.quantity', { name })} maxLength={13} value={item.quantity} error={Number(item.quantity) > 0 ? undefined : true} onChange={(event) => onChange({ quantity: event.currentTarget.value.trim() })} />
        <ActionIcon variant="subtle" color="gray" aria-expanded={isOpen} aria-label={t('orders.basket.details', { name })} onClick={() => setOpen(!isOpen)}>{isOpen ? <IconChevronUp size={16} /> : <IconChevronDown size={16} />}</ActionIcon>
        <CloseButton aria-label={t('orders.basket.remove', { name })} onClick={onRemove} />
      </Group>
      {isOpen ? (
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
          <TextInput size="xs" label={t('orders.item.timing', { name })} maxLength={200} value={timing} onChange={(event) => onChange({ timing: event.currentTarget.value })} />
          <TextInput size="xs" label={t('orders.item.instructionsOf', { name })} maxLength={500} value={instructions} onChange={(event) => onChange({ instructions: event.currentTarget.value })} />
        </SimpleGrid>
      ) : null}
      {ask === undefined ? null : <Asked item={item} ask={ask} onChange={onChange} />}
    </Stack>
  )
}
