import { Checkbox, Group, SegmentedControl, Select, Text } from '@mantine/core'
import { orderChannel } from '#contract/orders.ts'
import { useText } from '../../../kernel/i18n.ts'
import { usePractitionerChoices } from '../queries.ts'

export interface Spoken {
  channel: 'written' | 'verbal' | 'telephone'
  ordererId: string | null
  isReadBack: boolean
}

export const written: Spoken = { channel: 'written', ordererId: null, isReadBack: false }
/** Of another's order the change is by word of mouth, of who answers for it, unless one may take it over. */
export const sourceOfChange = (order: { ordererId: string }, me: { id: string; maySign: boolean }): Spoken => (order.ordererId === me.id || me.maySign ? written : { channel: 'verbal', ordererId: order.ordererId, isReadBack: false })
/** An order by word of mouth names who gave it and was read back. */
export const isSaidWell = (spoken: Spoken): boolean => spoken.channel === 'written' || (spoken.ordererId !== null && spoken.isReadBack)
export const spokenBody = (spoken: Spoken) => (spoken.channel === 'written' || spoken.ordererId === null ? {} : { channel: spoken.channel, ordererId: spoken.ordererId, isReadBack: spoken.isReadBack })

/** How the order came: in writing, or by word of mouth with the name of who gave it and the read-back. */
export function SpokenFields({ value, onChange }: { value: Spoken; onChange: (value: Spoken) => void }) {
  const t = useText()
  const people = usePractitionerChoices()
  return (
    <Group align="end" gap="sm">
      <SegmentedControl aria-label={t('orders.channel.label')} data={orderChannel.options.map((channel) => ({ value: channel, label: t(`orders.channel.${channel}`) }))} value={value.channel} onChange={(channel) => onChange({ ...value, channel: orderChannel.parse(channel) })} />
      {value.channel === 'written' ? null : (
        <>
          <Select flex={1} miw={200} searchable label={t('orders.channel.who')} withAsterisk data={people} value={value.ordererId} onChange={(ordererId) => onChange({ ...value, ordererId })} />
          <Checkbox pb={8} label={t('orders.channel.readBack')} checked={value.isReadBack} onChange={(event) => onChange({ ...value, isReadBack: event.currentTarget.checked })} />
          <Text size="xs" c="dimmed" w="100%">{t('orders.channel.hint')}</Text>
        </>
      )}
    </Group>
  )
}
