import { useState } from 'react'
import { Button, Group, Table, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { Section } from '../../../ui/page.tsx'
import { Loaded, StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { api } from '../queries.ts'

const touched = [['inventory']]

function NewRate({ itemId }: { itemId: string }) {
  const t = useText()
  const format = useFormat()
  const [validFrom, setFrom] = useState(format.today())
  const [percent, setPercent] = useState('')
  const set = useWrite(() => api.setTaxRate({ params: { id: itemId }, body: { validFrom, taxRatePercent: percent } }), { invalidate: touched, done: t('common.saved'), onDone: () => setPercent('') })
  const errors = problemToFields(t, set.error)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        set.mutate(undefined)
      }}
    >
      <Group align="end" mt="sm">
        <TextInput w={120} label={t('inventory.taxRate')} inputMode="decimal" autoComplete="off" value={percent} error={errors['taxRatePercent']} onChange={(event) => setPercent(event.currentTarget.value.trim())} />
        <TextInput type="date" label={t('inventory.taxRates.from')} value={validFrom} error={errors['validFrom']} onChange={(event) => setFrom(event.currentTarget.value)} />
        <Button type="submit" variant="default" loading={set.isPending} disabled={percent === '' || validFrom === ''}>{t('inventory.taxRates.add')}</Button>
        <Button component={Link} to="/stock/tax-rates" variant="subtle">{t('inventory.taxRates.change')}</Button>
      </Group>
    </form>
  )
}

/** Rates of tax of an item by day: what is supplied is taxed by the rate of its day. */
export function TaxRates({ itemId }: { itemId: string }) {
  const t = useText()
  const format = useFormat()
  const { can } = useAuth()
  const query = useQuery({ queryKey: ['inventory', 'tax-rates', itemId], queryFn: ({ signal }) => api.listTaxRates({ params: { id: itemId }, signal }) })
  const remove = useWrite((id: string) => api.removeTaxRate({ params: { id }, body: {} }), { invalidate: touched })
  const isComing = (validFrom: string | null) => validFrom !== null && validFrom > format.today()
  return (
    <Section title={t('inventory.taxRates')}>
      <Loaded query={query} rows={2}>
        {({ items }) => (
          <Table.ScrollContainer minWidth={420}>
            <Table>
              <Table.Thead><Table.Tr><Table.Th>{t('inventory.taxRates.from')}</Table.Th><Table.Th ta="end">{t('inventory.taxRate')}</Table.Th><Table.Th>{t('common.state')}</Table.Th><Table.Th>{t('inventory.by')}</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>
                {items.map((rate) => (
                  <Table.Tr key={rate.id ?? 'first'}>
                    <Table.Td>{rate.validFrom === null ? t('inventory.taxRates.first') : <When at={rate.validFrom} isDayOnly />}</Table.Td>
                    <Table.Td ta="end" className="figures">{rate.taxRatePercent} %</Table.Td>
                    <Table.Td>{rate.isCurrent ? <StateBadge tone="good" label={t('inventory.taxRates.current')} /> : isComing(rate.validFrom) ? <Group gap="xs"><StateBadge tone="info" label={t('inventory.taxRates.coming')} />{can('inventory.master') ? <Button size="compact-xs" variant="default" loading={remove.isPending} onClick={() => remove.mutate(rate.id ?? '')}>{t('common.remove')}</Button> : null}</Group> : null}</Table.Td>
                    <Table.Td><Text size="sm"><bdi>{rate.by}</bdi></Text></Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Loaded>
      {can('inventory.master') ? <NewRate itemId={itemId} /> : null}
    </Section>
  )
}
