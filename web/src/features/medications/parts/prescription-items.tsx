import { Fragment } from 'react'
import { Group, Stack, Text } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'
import { grammar } from '../form.ts'
import type { Prescription } from '../queries.ts'

type Item = Prescription['items'][number]

/** An item as it is read aloud; each part keeps its own direction, or 1-0-0 would turn round beside an Arabic word. */
function Spoken({ item }: { item: Item }) {
  const t = useText()
  const parts = [item.dosage, item.frequency, t('medications.item.days', { count: item.durationDays }), ...grammar[item.system].flatMap((name) => item.instructions[name] ?? [])]
  return parts.map((part, index) => (
    <Fragment key={index}>
      {index === 0 ? ' ' : ', '}
      <bdi>{part}</bdi>
    </Fragment>
  ))
}

export function Items({ prescription }: { prescription: Pick<Prescription, 'items'> }) {
  const t = useText()
  return (
    <Stack gap={4}>
      {prescription.items.map((item) => (
        <Group key={item.id} justify="space-between" wrap="nowrap" align="start">
          <Text size="sm"><b><bdi>{item.name}</bdi></b><Spoken item={item} /></Text>
          <Text size="sm" c="dimmed" className="figures" style={{ whiteSpace: 'nowrap' }}>{item.dispensedQuantity === '0' ? item.quantity : t('medications.item.dispensed', { dispensed: item.dispensedQuantity, quantity: item.quantity })} <bdi>{item.unit}</bdi></Text>
        </Group>
      ))}
    </Stack>
  )
}
