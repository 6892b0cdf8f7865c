import { Anchor, Button, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { Section } from '../../../ui/page.tsx'
import { handedOutQuery, printLabels } from '../queries.ts'

/** What was handed out of a prescription from stock, newest first, each with its labels. */
export function HandedOut({ prescriptionId }: { prescriptionId: string }) {
  const t = useText()
  const format = useFormat()
  const query = useQuery(handedOutQuery(prescriptionId))
  const given = (query.data?.items ?? []).filter((one) => one.lines.length > 0)
  if (given.length === 0) return null
  return (
    <Section title={t('medications.handedOut')}>
      <Stack gap="xs">
        {given.map((one) => (
          <Group key={one.id} justify="space-between" align="start">
            <div>
              <Anchor component={Link} to={`/pharmacy/dispenses/${one.id}`} size="sm">{format.dayTime(one.createdAt)}</Anchor>
              {one.lines.map((line) => <Text key={line.id} size="sm"><bdi>{line.itemName}</bdi> · <bdi>{line.batch}</bdi> · <span className="figures">{line.quantity}</span> <bdi>{line.unit}</bdi></Text>)}
            </div>
            <Button variant="default" size="xs" aria-label={`${t('medications.labels')}: ${format.dayTime(one.createdAt)}`} onClick={() => void printLabels(one.id)}>{t('medications.labels')}</Button>
          </Group>
        ))}
      </Stack>
    </Section>
  )
}
