import { useState, type ReactNode } from 'react'
import { ActionIcon, Alert, Anchor, Box, Button, Group, NumberInput, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { patients } from '#contract/patients.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Money } from '../../../ui/money.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { api, money, printLabels, registry, touched, type WalkIn, type WantedTest } from '../queries.ts'

const sexes = ['female', 'male', 'intersex', 'unknown'] as const

/** Who is new here: what a tube needs to be told apart. Who it may be already is shown as it is typed. */
export function QuickRegister({ onDone, onBack }: { onDone: (patientId: string) => void; onBack: () => void }) {
  const t = useText()
  const bodyOf = (values: { givenName: string; familyName: string; sex: string; ageYears: string | number; phone: string }) => ({ givenName: values.givenName, ...(values.familyName.trim() === '' ? {} : { familyName: values.familyName }), sex: values.sex, ...(values.ageYears === '' ? {} : { ageYears: Number(values.ageYears) }), ...(values.phone.trim() === '' ? {} : { phones: [values.phone] }) })
  const form = useAppForm({
    initialValues: { givenName: '', familyName: '', sex: '', ageYears: '' as string | number, phone: '' },
    schema: patients.register.body, toBody: bodyOf,
    submit: (values) => registry.register({ body: patients.register.body.parse(bodyOf(values)) }),
    done: (patient) => onDone(patient.id),
  })
  const set = form.fields.getInputProps
  const { givenName, familyName, phone } = form.fields.values
  const [typed] = useDebouncedValue([givenName, familyName, phone].map((one) => one.trim()).join('\u0001'), 400)
  const likely = useQuery({
    queryKey: ['patients', 'likely', typed], enabled: givenName.trim().length > 1, gcTime: 0,
    queryFn: ({ signal }) => registry.checkDuplicates({ body: { givenName, familyName, ...(phone.trim() === '' ? {} : { phones: [phone] }) }, signal }),
  })
  const found = likely.data?.items ?? []
  return (
    <Form form={form} submitLabel={t('laboratory.walkIn.register')} cancel={onBack}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput label={t('laboratory.walkIn.given')} withAsterisk maxLength={150} {...set('givenName')} />
        <TextInput label={t('laboratory.walkIn.family')} maxLength={150} {...set('familyName')} />
        <Select label={t('laboratory.walkIn.sex')} withAsterisk allowDeselect={false} data={sexes.map((value) => ({ value, label: t(`patients.sex.${value}`) }))} {...set('sex')} />
        <NumberInput label={t('laboratory.walkIn.age')} withAsterisk min={0} max={130} allowDecimal={false} hideControls {...set('ageYears')} />
        <TextInput label={t('laboratory.walkIn.phone')} type="tel" maxLength={40} {...set('phone')} />
      </SimpleGrid>
      {found.length === 0 ? null : <Alert color="yellow">{t('laboratory.walkIn.likely', { names: '' })}{found.slice(0, 3).map((one) => <Anchor key={one.patientId} component="button" type="button" ms={8} onClick={() => onDone(one.patientId)}><bdi>{one.name} · {one.mrn}</bdi></Anchor>)}</Alert>}
    </Form>
  )
}

/** Tests chosen one after the other as they are typed, with what they cost. */
export function TestChoice({ chosen, error, onChange }: { chosen: WantedTest[]; error: ReactNode; onChange: (tests: WantedTest[]) => void }) {
  const t = useText()
  const { facilityId } = useAuth()
  const [text, setText] = useState('')
  const [wanted] = useDebouncedValue(text.trim(), 200)
  const found = useQuery({ queryKey: ['laboratory', 'walk-in-tests', facilityId, wanted], queryFn: ({ signal }) => api.walkInTests({ query: { facilityId, search: wanted }, signal }), enabled: wanted !== '', staleTime: 60_000 })
  const items = (found.data?.items ?? []).filter((test) => !chosen.some((one) => one.id === test.id))
  const currency = chosen.find((test) => test.price !== null)?.price?.currency
  const total = chosen.reduce((sum, test) => sum + Number(test.price?.amount ?? 0), 0)
  return (
    <Stack gap="sm">
      <Select
        searchable label={t('laboratory.walkIn.tests')} placeholder={t('laboratory.walkIn.search')} withAsterisk error={error} {...(wanted === '' || found.isFetching ? {} : { nothingFoundMessage: t('laboratory.walkIn.none') })} filter={({ options }) => options}
        data={items.map((test) => ({ value: test.id, label: [test.name, test.code].join(' · ') }))} value={null} searchValue={text} onSearchChange={setText}
        onChange={(id) => {
          const test = items.find((one) => one.id === id)
          if (test !== undefined) onChange([...chosen, test])
          setText('')
        }}
      />
      {chosen.map((test) => (
        <Group key={test.id} justify="space-between" wrap="nowrap">
          <Box miw={0}><Text size="sm">{test.name}</Text><Text size="xs" c="dimmed">{[test.specimenType, test.container].filter(Boolean).join(' · ')}</Text></Box>
          <Group gap="xs" wrap="nowrap">{test.price === null ? null : <Text size="sm" component="div"><Money value={test.price} /></Text>}<ActionIcon variant="subtle" aria-label={t('laboratory.walkIn.remove', { name: test.name })} onClick={() => onChange(chosen.filter((one) => one.id !== test.id))}><IconTrash size={16} /></ActionIcon></Group>
        </Group>
      ))}
      {currency === undefined ? null : <Group justify="space-between" style={{ borderBlockStart: '1px solid var(--line)' }} pt={6}><Text size="sm" c="dimmed">{t('laboratory.walkIn.total')}</Text><Text fw={600} component="div"><Money value={{ amount: total.toFixed(2), currency }} /></Text></Group>}
    </Stack>
  )
}

const methods = ['cash', 'card', 'upi'] as const

/** The bill of what was just ordered, made, issued and paid in one go; who may not take money sends them to the desk. */
export function PayNow({ walkIn, isCharged }: { walkIn: WalkIn; isCharged: boolean }) {
  const t = useText()
  const { can } = useAuth()
  const [method, setMethod] = useState<(typeof methods)[number]>('cash')
  const pay = useWrite(async () => {
    const draft = await money.draftInvoice({ body: { patientId: walkIn.patientId, facilityId: walkIn.facilityId } })
    const bill = await money.issueInvoice({ params: { id: draft.id }, ifMatch: draft.version, body: {} })
    return (await money.pay({ params: { id: bill.id }, ifMatch: bill.version, body: { method, amount: bill.balance } })).invoice
  }, { invalidate: [['billing'], ...touched] })
  const bill = pay.data
  if (!isCharged) return <Text size="sm" c="dimmed">{t('laboratory.walkIn.free')}</Text>
  if (bill !== undefined) return <Group><StateBadge tone="good" label={t('laboratory.walkIn.paid', { number: bill.number ?? '' })} /><Money value={bill.total} /><Anchor component={Link} to={`/billing/invoices/${bill.id}`}>{t('laboratory.walkIn.openBill')}</Anchor></Group>
  if (!can('billing.collect', walkIn.facilityId) || !can('billing.write', walkIn.facilityId)) return <Text size="sm">{t('laboratory.walkIn.atDesk')}</Text>
  return (
    <Group align="end">
      <Select label={t('laboratory.walkIn.method')} allowDeselect={false} data={methods.map((value) => ({ value, label: t(`billing.method.${value}`) }))} value={method} onChange={(value) => setMethod(methods.find((one) => one === value) ?? 'cash')} />
      <Button loading={pay.isPending} onClick={() => pay.mutate(undefined)}>{t('laboratory.walkIn.take')}</Button>
    </Group>
  )
}

/** The tubes of what was ordered: their labels, and taken here and now where one may. */
export function TubesNow({ walkIn }: { walkIn: WalkIn }) {
  const t = useText()
  const { can } = useAuth()
  const labels = useWrite(() => printLabels({ orderId: walkIn.orderId }))
  const collect = useWrite(async () => {
    for (const tube of walkIn.tubes) await api.collect({ params: { id: tube.id }, body: {} })
  }, { invalidate: touched, done: t('laboratory.collection.done') })
  return (
    <Stack gap="sm">
      {walkIn.tubes.map((tube) => <Group key={tube.id} gap="sm"><Text size="sm" fw={600} className="figures">{tube.number}</Text><Text size="sm">{[tube.type, tube.container].filter(Boolean).join(' · ')}</Text><Text size="sm" c="dimmed">{tube.contents}</Text></Group>)}
      <Group gap="xs">
        {can('laboratory.read', walkIn.facilityId) ? <Button variant="default" loading={labels.isPending} onClick={() => labels.mutate(undefined)}>{t('laboratory.walkIn.printLabels')}</Button> : null}
        {can('laboratory.collect', walkIn.facilityId) ? <Button variant="default" disabled={collect.isSuccess} loading={collect.isPending} onClick={() => collect.mutate(undefined)}>{t('laboratory.walkIn.collected')}</Button> : null}
      </Group>
    </Stack>
  )
}
