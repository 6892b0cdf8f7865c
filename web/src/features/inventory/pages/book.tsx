import { useState } from 'react'
import { Alert, Group, Select, Stack, TextInput } from '@mantine/core'
import { documentKind } from '#contract/inventory.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { Page, Section } from '../../../ui/page.tsx'
import { End } from '../parts/item-form.tsx'
import { Lines, typedLine, type TypedLine } from '../parts/lines.tsx'
import { ItemSearch, StoreSelect, useStores, usualStore } from '../public.tsx'
import { api, touched } from '../queries.ts'

type Kind = (typeof documentKind.options)[number]
const incoming = new Set<Kind>(['opening', 'purchase'])

/** Books a document by hand: it happens whole or not at all. */
export function BookPage() {
  const t = useText()
  const { facility, can } = useAuth()
  const stores = useStores()
  const [kind, setKind] = useState<Kind>('issue')
  const [chosen, setStore] = useState('')
  const [reason, setReason] = useState('')
  const [lines, setLines] = useState<TypedLine[]>([])
  const [next, setNext] = useState(1)
  const storeId = chosen === '' ? usualStore(stores, 'main') : chosen
  const currency = facility?.currency ?? 'INR'
  const hasLots = incoming.has(kind)
  const money = (amount: string) => (amount === '' ? undefined : { amount, currency })
  const book = useWrite(
    () => api.bookDocument({
      body: {
        kind, storeId, ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
        lines: lines.map((line) => {
          const [mrp, unitCost] = [money(line.mrp), money(line.cost)]
          return { itemId: line.item.id, quantity: line.quantity, unit: line.unit, ...(hasLots || line.lotId === '' ? {} : { lotId: line.lotId }), ...(hasLots ? { lot: { batch: line.batch, ...(line.expiresOn === '' ? {} : { expiresOn: line.expiresOn }), ...(mrp === undefined ? {} : { mrp, mrpUnit: line.unit }), ...(unitCost === undefined ? {} : { unitCost }) } } : {}) }
        }),
      },
    }),
    { invalidate: touched, done: t('inventory.booked'), onDone: () => setLines([]) },
  )
  const errors = problemToFields(t, book.error)
  return (
    <Page title={t('inventory.book')} crumbs={[{ label: t('inventory.title'), path: '/stock' }]}>
      <Section>
        <Stack>
          <Group align="end">
            <Select label={t('inventory.movement')} allowDeselect={false} data={documentKind.options.filter((one) => one !== 'adjustment' || can('inventory.approve')).filter((one) => one !== 'return').map((value) => ({ value, label: t(`inventory.movement.${value}`) }))} value={kind} onChange={(value) => setKind(documentKind.options.find((one) => one === value) ?? 'issue')} />
            <StoreSelect label={t('inventory.store')} value={storeId} onChange={(id) => { setStore(id); setLines(lines.map((line) => ({ ...line, lotId: '' }))) }} />
            <TextInput label={t('common.reason')} style={{ flex: 1 }} miw={200} maxLength={500} value={reason} error={errors['reason']} onChange={(event) => setReason(event.currentTarget.value)} />
          </Group>
          <ItemSearch label={t('inventory.item.take')} onTake={(taken) => { setLines([...lines, typedLine(taken, next)]); setNext(next + 1) }} />
          <Lines lines={lines} onChange={setLines} hasLots={hasLots} {...(hasLots ? {} : { lotsIn: storeId })} errors={errors} />
          {book.data === undefined || lines.length > 0 ? null : <Alert color="river" variant="outline">{t('inventory.bookedNumber', { number: book.data.number })}</Alert>}
          <End label={t('inventory.book')} isPending={book.isPending} isDisabled={lines.length === 0 || storeId === '' || lines.some((line) => line.quantity === '')} onGo={() => book.mutate(undefined)} />
        </Stack>
      </Section>
    </Page>
  )
}
