import { Anchor, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { Section } from '../../../ui/page.tsx'
import { When } from '../../../ui/time.tsx'
import { isZero } from '../amounts.ts'
import { creditNotesQuery, printCreditNote, type Bill } from '../queries.ts'
import { Step, Why } from './why.tsx'

/** Credit notes of a bill; the number opens the paper. */
export function CreditNotes({ bill }: { bill: Bill }) {
  const t = useText()
  const query = useQuery(creditNotesQuery(bill.id))
  const print = useWrite(printCreditNote)
  if (query.data === undefined || query.data.items.length === 0) return null
  return (
    <Section title={t('billing.credit.title')}>
      {query.data.items.map((note) => (
        <Group key={note.id} justify="space-between" wrap="nowrap" py={4} style={{ borderBlockEnd: '1px solid var(--line)' }}>
          <Stack gap={0} miw={0}>
            <Text size="sm"><Anchor component="button" type="button" size="sm" aria-label={t('billing.credit.print', { number: note.number })} onClick={() => print.mutate(note.id)}>{note.number}</Anchor> · <When at={note.issuedAt} /></Text>
            <Text size="xs" c="dimmed"><bdi>{note.reason}</bdi></Text>
          </Stack>
          <Text size="sm" fw={600} component="div">
            <Why value={note.total} of={note.number}>
              {note.lines.map((line) => <Step key={line.id} label={`${line.name} × ${line.quantity}`} value={line.total} />)}
              {isZero(note.roundOff.amount) ? null : <Step label={t('billing.sum.roundOff')} value={note.roundOff} />}
            </Why>
          </Text>
        </Group>
      ))}
    </Section>
  )
}
