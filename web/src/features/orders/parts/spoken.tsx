import { Checkbox, Group, SegmentedControl, Select, Text } from '@mantine/core'
import { type Order, orderChannel } from '#contract/orders.ts'
import { useText } from '../../../kernel/i18n.ts'
import { usePractitionerChoices } from '../queries.ts'

export interface Spoken {
  channel: Order['channel']
  ordererId: string | null
  isReadBack: boolean
}

export const written: Spoken = { channel: 'written', ordererId: null, isReadBack: false }
const spokenOf = (ordererId: string | null): Spoken => ({ channel: 'verbal', ordererId, isReadBack: false })
/** How an order begins: in writing of who may prescribe, by word of mouth of anybody else. */
export const usualSource = (maySign: boolean): Spoken => (maySign ? written : spokenOf(null))
/** Of another's order the change is by word of mouth, of who answers for it, unless one may take it over. */
export const sourceOfChange = (order: { ordererId: string }, maySign: boolean): Spoken => (maySign ? written : spokenOf(order.ordererId))
const isByMouth = ({ channel }: Spoken): boolean => channel === 'verbal' || channel === 'telephone'
/** An order by word of mouth names who gave it and was read back. */
export const isSaidWell = (spoken: Spoken): boolean => !isByMouth(spoken) || (spoken.ordererId !== null && spoken.isReadBack)
export const spokenBody = (spoken: Spoken) => (spoken.channel === 'protocol' ? { channel: spoken.channel } : spoken.channel === 'written' || spoken.ordererId === null ? {} : { channel: spoken.channel, ordererId: spoken.ordererId, isReadBack: spoken.isReadBack })

interface SpokenFieldsProps {
  value: Spoken
  onChange: (value: Spoken) => void
  maySign: boolean
  /** The basket was taken from a standing order. */
  isStanding: boolean
}

/** How the order came: in writing, by word of mouth with the name of who gave it and the read-back, or by a standing order. */
export function SpokenFields({ value, onChange, maySign, isStanding }: SpokenFieldsProps) {
  const t = useText()
  const people = usePractitionerChoices()
  const channels = orderChannel.options.filter((channel) => (channel === 'written' ? maySign : channel === 'protocol' ? isStanding : true))
  return (
    <Group align="end" gap="sm">
      <SegmentedControl maw="100%" style={{ overflowX: 'auto' }} aria-label={t('orders.channel.label')} data={channels.map((channel) => ({ value: channel, label: t(`orders.channel.${channel}`) }))} value={value.channel} onChange={(channel) => onChange({ ...value, channel: orderChannel.parse(channel) })} />
      {isByMouth(value) ? (
        <>
          <Select flex={1} miw={200} searchable label={t('orders.channel.who')} withAsterisk data={people} value={value.ordererId} onChange={(ordererId) => onChange({ ...value, ordererId })} />
          <Checkbox pb={8} label={t('orders.channel.readBack')} checked={value.isReadBack} onChange={(event) => onChange({ ...value, isReadBack: event.currentTarget.checked })} />
        </>
      ) : null}
      {value.channel === 'written' ? null : <Text size="xs" c="dimmed" w="100%">{t(value.channel === 'protocol' ? 'orders.channel.protocolHint' : 'orders.channel.hint')}</Text>}
      {maySign || value.channel === 'protocol' ? null : <Text size="xs" c="dimmed" w="100%">{t('orders.channel.only')}</Text>}
    </Group>
  )
}
