import { useState } from 'react'
import { Button, Group, NumberInput, SegmentedControl, Stack, Text, TextInput } from '@mantine/core'
import { IconClipboardCheck, IconStar } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type OrderPriority, orderPriority } from '#contract/orders.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { api, type Order, type OrderSet, setsQuery, touched, type Warned } from '../queries.ts'
import { KeepSet } from './keep-set.tsx'
import { BasketItems } from './basket-items.tsx'
import { bodyOf, type BasketItem, isAnswered, isCounted, itemsOf, itemsOfSet, withItems } from './basket-values.ts'
import { useChecked } from './checking.ts'
import { Repetitions } from './repetitions.tsx'
import { isSaidWell, sourceOfChange, type Spoken, SpokenFields, spokenBody, usualSource } from './spoken.tsx'

function Sets({ onTake }: { onTake: (items: BasketItem[], set: OrderSet) => void }) {
  const t = useText()
  const sets = (useQuery(setsQuery).data?.items ?? []).filter((set) => set.isActive)
  if (sets.length === 0) return null
  return (
    <Group gap={6}>
      {sets.map((set) => (
        <Button key={set.id} size="compact-sm" variant="light" leftSection={set.ownerId === null ? (set.isStanding ? <IconClipboardCheck size={14} aria-label={t('orders.sets.isStanding')} /> : undefined) : <IconStar size={14} aria-label={t('orders.sets.own')} />} onClick={() => onTake(itemsOfSet(set), set)}>
          {set.name}
        </Button>
      ))}
      <Text size="xs" c="dimmed">{t('orders.sets.hint')}</Text>
    </Group>
  )
}

interface BasketProps {
  encounterId: string
  patientId: string
  facilityId: string
  /** The order this one takes the place of. */
  revises?: Order
  onDone: (placed: Warned) => void
  onCancel: () => void
}

/** Everything that is ordered in one go. */
export function Basket({ encounterId, patientId, facilityId, revises, onDone, onCancel }: BasketProps) {
  const t = useText()
  const [basket, setBasket] = useState<BasketItem[]>(revises === undefined ? [] : itemsOf(revises))
  const [priority, setPriority] = useState<OrderPriority>(revises?.priority ?? 'routine')
  const [indication, setIndication] = useState(revises?.indication ?? '')
  const { can } = useAuth()
  const maySign = can('orders.sign', facilityId)
  const [spoken, setSpoken] = useState<Spoken>(revises === undefined ? usualSource(maySign) : sourceOfChange(revises, maySign))
  const [reason, setReason] = useState('')
  const [timing, setTiming] = useState(revises?.timing ?? '')
  const [week, setWeek] = useState<number | ''>(revises?.pregnancyWeek ?? '')
  const [set, setSet] = useState<OrderSet>()
  const add = (items: BasketItem[]) => setBasket((before) => withItems(before, items))
  const takeSet = (items: BasketItem[], taken: OrderSet) => {
    add(items)
    setSet(taken)
    if (taken.isStanding && !maySign) setSpoken({ ...spoken, channel: 'protocol' })
    else if (!taken.isStanding && spoken.channel === 'protocol') setSpoken(usualSource(maySign))
  }
  const details = { priority, indication, timing, ...(week === '' ? {} : { pregnancyWeek: week }), items: basket.map(bodyOf) }
  const send = () => (revises === undefined ? api.placeOrder({ body: { encounterId, ...details, ...spokenBody(spoken), ...(set === undefined ? {} : { orderSetId: set.id }) } }) : api.reviseOrder({ params: { id: revises.id }, ifMatch: revises.version, body: { ...details, ...spokenBody(spoken), reason } }))
  const checked = useChecked({ patientId, revises: revises?.id, basket })
  const isReady = checked.isCurrent && basket.every((item) => isAnswered(item, checked.askOf(item))) && basket.length > 0 && isCounted(basket) && isSaidWell(spoken) && (revises === undefined || reason.trim() !== '')
  const place = useWrite(send, { invalidate: touched, onDone, done: t('orders.placed') })
  return (
    <Stack gap="sm">
      <Sets onTake={takeSet} />
      <BasketItems basket={basket} onChange={setBasket} askOf={checked.askOf} />
      <Repetitions warnings={checked.warnings} />
      <Group align="end" gap="sm">
        <SegmentedControl aria-label={t('orders.priority.label')} data={orderPriority.options.map((value) => ({ value, label: t(`orders.priority.${value}`) }))} value={priority} onChange={(value) => setPriority(orderPriority.parse(value))} />
        <TextInput flex={1} miw={180} label={t('orders.indication')} maxLength={500} value={indication} onChange={(event) => setIndication(event.currentTarget.value)} />
      </Group>
      <Group align="end" gap="sm">
        <TextInput flex={1} miw={180} label={t('orders.timing')} placeholder={t('orders.timingHint')} maxLength={200} value={timing} onChange={(event) => setTiming(event.currentTarget.value)} />
        <NumberInput w={180} label={t('orders.pregnancyWeek')} min={0} max={45} allowDecimal={false} value={week} onChange={(value) => setWeek(typeof value === 'number' ? value : '')} />
      </Group>
      <SpokenFields value={spoken} onChange={setSpoken} maySign={maySign} isStanding={set?.isStanding === true} />
      {revises === undefined ? null : <TextInput label={t('orders.revise.why')} withAsterisk maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />}
      <Group justify="end">
        {basket.length === 0 || !isCounted(basket) ? null : <KeepSet basket={basket} />}
        <Button variant="default" onClick={onCancel}>{t('common.cancel')}</Button>
        <Button disabled={!isReady} loading={place.isPending} onClick={() => place.mutate(undefined)}>{revises === undefined ? t('orders.place', { count: basket.length }) : t('orders.revise.do')}</Button>
      </Group>
    </Stack>
  )
}
