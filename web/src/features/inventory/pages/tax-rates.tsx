import { useState } from 'react'
import { Alert, Anchor, Button, Group, List, Stack, Text, TextInput } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { Page, Section } from '../../../ui/page.tsx'
import { api } from '../queries.ts'

/** A law changes a rate on a day: all items that have it get the other one, after a look at which they are. */
export function TaxRatesPage() {
  const t = useText()
  const format = useFormat()
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const [hsn, setHsn] = useState('')
  const [validFrom, setDay] = useState(format.today())
  const [looked, setLooked] = useState('')
  const body = { validFrom, fromPercent: from, toPercent: to, ...(hsn === '' ? {} : { hsn }) }
  const key = JSON.stringify(body)
  const look = useWrite(() => api.changeTaxRates({ body: { ...body, isDry: true } }), { onDone: () => setLooked(key) })
  const change = useWrite(() => api.changeTaxRates({ body: { ...body, isDry: false } }), { invalidate: [['inventory']], done: t('common.saved'), onDone: () => setLooked('') })
  const errors = problemToFields(t, look.error ?? change.error)
  const found = looked === key ? look.data : undefined
  return (
    <Page title={t('inventory.taxRates.change')} crumbs={[{ label: t('inventory.title'), path: '/stock' }]}>
      <Section>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            look.mutate(undefined)
          }}
        >
          <Stack>
            <Text size="sm" c="dimmed">{t('inventory.taxRates.hint')}</Text>
            <Group align="end">
              <TextInput w={140} label={t('inventory.taxRates.old')} inputMode="decimal" value={from} error={errors['fromPercent']} onChange={(event) => setFrom(event.currentTarget.value.trim())} />
              <TextInput w={140} label={t('inventory.taxRates.new')} inputMode="decimal" value={to} error={errors['toPercent']} onChange={(event) => setTo(event.currentTarget.value.trim())} />
              <TextInput w={180} label={t('inventory.taxRates.hsn')} inputMode="numeric" maxLength={8} value={hsn} error={errors['hsn']} onChange={(event) => setHsn(event.currentTarget.value.trim())} />
              <TextInput type="date" label={t('inventory.taxRates.from')} value={validFrom} error={errors['validFrom']} onChange={(event) => setDay(event.currentTarget.value)} />
              <Button type="submit" variant="default" loading={look.isPending} disabled={from === '' || to === '' || validFrom === ''}>{t('inventory.taxRates.look')}</Button>
            </Group>
            {found === undefined ? null : (
              <Alert color={found.count === 0 ? 'gray' : 'river'} variant="outline" role="status" title={t('inventory.taxRates.found', { count: found.count })}>
                <Stack gap="sm">
                  <List size="sm">{found.examples.map((item) => <List.Item key={item.id}><Anchor component={Link} to={`/stock/items/${item.id}`} size="sm"><bdi>{item.name}</bdi></Anchor> <Text span size="xs" c="dimmed"><bdi>{item.taxCode}</bdi></Text></List.Item>)}</List>
                  {found.count > found.examples.length ? <Text size="xs" c="dimmed">{t('inventory.taxRates.more', { count: found.count - found.examples.length })}</Text> : null}
                  {found.count === 0 ? null : <Group><Button loading={change.isPending} onClick={() => change.mutate(undefined)}>{t('inventory.taxRates.go', { count: found.count })}</Button></Group>}
                </Stack>
              </Alert>
            )}
          </Stack>
        </form>
      </Section>
    </Page>
  )
}
