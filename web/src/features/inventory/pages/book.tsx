import { useState } from 'react'
import { Alert, Anchor, Group, Select, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { documentKind } from '#contract/inventory.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { Page, Section } from '../../../ui/page.tsx'
import { ForPatient, nobody, type Recipient, useRecipient } from '../parts/for-patient.tsx'
import { End } from '../parts/item-form.tsx'
import { Lines, typedLine, type TypedLine } from '../parts/lines.tsx'
import { ItemSearch, StoreSelect, useStores, usualStore, Witness } from '../public.tsx'
import { api, touched } from '../queries.ts'

/** A kind as it is chosen: an adjustment says whether there is more or less than the books say. */
const choices = ['issue', 'return', 'adjustment-less', 'adjustment-more', 'expiry', 'wastage', 'purchase', 'opening'] as const
type Choice = (typeof choices)[number]

const kindOf = (choice: Choice) => documentKind.parse(choice.startsWith('adjustment') ? 'adjustment' : choice)
/** Goods that come in with a lot that is described, that come back to a lot there is, or that leave. */
const wayOf = (choice: Choice): 'new' | 'known' | 'out' => (choice === 'opening' || choice === 'purchase' ? 'new' : choice === 'return' || choice === 'adjustment-more' ? 'known' : 'out')

function lineOf(line: TypedLine, choice: Choice, currency: string) {
  const money = (amount: string) => (amount === '' ? undefined : { amount, currency })
  const [mrp, unitCost] = [money(line.mrp), money(line.cost)]
  const lot = { batch: line.batch, ...(line.expiresOn === '' ? {} : { expiresOn: line.expiresOn }), ...(mrp === undefined ? {} : { mrp, mrpUnit: line.unit }), ...(unitCost === undefined ? {} : { unitCost }) }
  return { itemId: line.item.id, quantity: choice === 'adjustment-less' ? `-${line.quantity}` : line.quantity, unit: line.unit, ...(wayOf(choice) === 'new' ? { lot } : line.lotId === '' ? {} : { lotId: line.lotId }) }
}

/** Books a document by hand: it happens whole or not at all. */
export function BookPage() {
  const t = useText()
  const format = useFormat()
  const { facility, can } = useAuth()
  const stores = useStores()
  const [choice, setChoice] = useState<Choice>('issue')
  const [chosen, setStore] = useState('')
  const [typed, setTyped] = useState({ reason: '', reference: '', on: '', clock: '', witnessId: '' })
  const [lines, setLines] = useState<TypedLine[]>([])
  const [next, setNext] = useState(1)
  const [recipient, setRecipient] = useState<Recipient>(nobody)
  const said = useRecipient(recipient)
  const storeId = chosen === '' ? usualStore(stores, 'main') : chosen
  const way = wayOf(choice)
  const isControlled = lines.some((line) => line.item.controlledClass !== '')
  const forget = () => setLines(lines.map((line) => ({ ...line, lotId: '' })))
  const { reason, reference, on, clock, witnessId } = typed
  const book = useWrite(
    () => api.bookDocument({ body: { kind: kindOf(choice), storeId, reason: reason.trim(), reference: reference.trim(), ...(choice === 'issue' ? said : {}), ...(witnessId === '' ? {} : { witnessId }), ...(on === '' ? {} : { occurredAt: format.instant(on, clock === '' ? '12:00' : clock) }), lines: lines.map((line) => lineOf(line, choice, facility?.currency ?? 'INR')) } }),
    { invalidate: touched, done: t('inventory.booked'), onDone: () => { setLines([]); setRecipient(nobody); setTyped({ reason: '', reference: '', on: '', clock: '', witnessId: '' }) } },
  )
  const errors = problemToFields(t, book.error)
  const set = (name: keyof typeof typed) => (event: { currentTarget: { value: string } }) => setTyped({ ...typed, [name]: event.currentTarget.value })
  const offered = choices.filter((one) => kindOf(one) !== 'adjustment' || can('inventory.approve')).map((value) => ({ value, label: t(value.startsWith('adjustment') ? `inventory.${value}` : `inventory.movement.${value}`) }))
  return (
    <Page title={t('inventory.book')} crumbs={[{ label: t('inventory.title'), path: '/stock' }]}>
      <Section>
        <Stack>
          <SimpleGrid cols={{ base: 1, sm: 3 }}>
            <Select label={t('inventory.movement')} allowDeselect={false} data={offered} value={choice} onChange={(value) => { setChoice(choices.find((one) => one === value) ?? 'issue'); forget() }} />
            <StoreSelect label={t('inventory.store')} value={storeId} onChange={(id) => { setStore(id); forget() }} />
            <TextInput label={t('common.reason')} withAsterisk={['adjustment', 'expiry', 'wastage'].includes(kindOf(choice))} maxLength={500} value={reason} error={errors['reason']} onChange={set('reason')} />
            <TextInput label={t('inventory.reference')} description={t('inventory.reference.hint')} maxLength={100} value={reference} onChange={set('reference')} />
            <Group align="end" grow>
              <TextInput type="date" label={t('inventory.bookBack')} description={t('inventory.bookBack.hint')} max={format.today()} value={on} error={errors['occurredAt']} onChange={set('on')} />
              <TextInput type="time" aria-label={t('common.time')} disabled={on === ''} value={clock} onChange={set('clock')} />
            </Group>
            {isControlled ? <Witness value={witnessId} error={errors['witnessId']} onChange={(id) => setTyped({ ...typed, witnessId: id })} /> : null}
          </SimpleGrid>
          {choice === 'issue' ? <ForPatient value={recipient} onChange={setRecipient} errors={errors} /> : null}
          <ItemSearch label={t('inventory.item.take')} onTake={(taken) => { setLines([...lines, typedLine(taken, next)]); setNext(next + 1) }} />
          <Lines lines={lines} onChange={setLines} hasLots={way === 'new'} {...(way === 'new' ? {} : { lotsIn: storeId, isBack: way === 'known' })} errors={errors} />
          {book.data === undefined || lines.length > 0 ? null : <Alert color="river" variant="outline" role="status"><Anchor component={Link} to={`/stock/documents/${book.data.id}`}>{t('inventory.bookedNumber', { number: book.data.number })}</Anchor></Alert>}
          <End label={t('inventory.book')} isPending={book.isPending} isDisabled={lines.length === 0 || storeId === '' || lines.some((line) => line.quantity === '' || (way === 'known' && line.lotId === ''))} onGo={() => book.mutate(undefined)} />
        </Stack>
      </Section>
    </Page>
  )
}
