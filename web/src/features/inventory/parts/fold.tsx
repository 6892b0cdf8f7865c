import { Table, Text } from '@mantine/core'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'

interface Batch {
  batch: string
  expiresOn: string | null
}

/** The heads of batch and expiry: on a phone both stand below the name, so that the figures are in sight. */
export function BatchHeads() {
  const t = useText()
  return <><Table.Th visibleFrom="sm">{t('inventory.batch')}</Table.Th><Table.Th visibleFrom="sm">{t('inventory.expires')}</Table.Th></>
}

/** Batch and expiry below a name, on a phone. */
export function BatchBelow({ batch, expiresOn }: Batch) {
  const format = useFormat()
  return <Text hiddenFrom="sm" size="xs" c="dimmed"><bdi>{batch || '–'}</bdi>{expiresOn === null ? null : <> · {format.day(expiresOn)}</>}</Text>
}
