import { Button, Checkbox, Fieldset, Group, Select, SimpleGrid, Text, Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { orderableContrast, orderableKind, type OrderableKind, standardSystem } from '#contract/order-catalogue.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { type AppForm, Form, useAppForm } from '../../../ui/form.tsx'
import { SearchBox } from '../../../ui/search-box.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { api, type BilledService, orderableQuery, servicesQuery } from '../queries.ts'

type Whole = Awaited<ReturnType<typeof api.readOrderable>>

const valuesOf = (one: Whole | undefined, kind: OrderableKind = 'imaging') => ({
  kind: one?.kind ?? kind, code: one?.code ?? '', name: one?.name ?? '', nameHi: one?.names['hi'] ?? '', nameAr: one?.names['ar'] ?? '', category: one?.category ?? '', bodySite: one?.bodySite ?? '', hasSide: one?.hasSide ?? false, isIonising: one?.isIonising ?? false, contrast: one?.contrast ?? ('none' as const),
  standardSystem: one?.standard?.system ?? '', standardCode: one?.standard?.code ?? '', instructions: one?.instructions ?? '', isActive: one?.isActive ?? true, service: one?.service ?? null,
})
type Values = ReturnType<typeof valuesOf>

function bodyOf(values: Values, before: Whole | undefined) {
  const { nameHi, nameAr, standardSystem: system, standardCode, service, kind: _kind, code: _code, isActive: _isActive, ...rest } = values
  const { hi: _hi, ar: _ar, ...names } = before?.names ?? {}
  const chosen = standardSystem.safeParse(system).data
  return { ...rest, names: { ...names, ...(nameHi.trim() === '' ? {} : { hi: nameHi }), ...(nameAr.trim() === '' ? {} : { ar: nameAr }) }, standard: chosen === undefined || standardCode.trim() === '' ? null : { system: chosen, code: standardCode.trim() }, serviceId: service?.id ?? null }
}

/** What it is charged by: found in the catalogue of services, or none. */
function Price({ form }: { form: AppForm<Values> }) {
  const t = useText()
  const { can, facilityId } = useAuth()
  const { service } = form.fields.values
  const take = (next: Values['service']) => form.fields.setValues((before) => ({ ...before, service: next }))
  return (
    <Fieldset legend={t('orders.catalogue.price')}>
      {service === null ? <Text size="sm" c="dimmed">{t('orders.catalogue.noPrice')}</Text> : <Group><Text size="sm"><b>{service.name}</b> <bdi>{service.code}</bdi></Text><Button size="compact-sm" variant="default" onClick={() => take(null)}>{t('common.remove')}</Button></Group>}
      {can('billing.read') ? <SearchBox label={t('orders.catalogue.priceSearch')} placeholder={t('orders.basket.testHint')} none={t('orders.catalogue.priceNone')} query={(search) => servicesQuery(search, facilityId)} onTake={({ id, code, name, isActive }: BilledService) => take({ id, code, name, isActive })} render={(one: BilledService) => <Text size="sm"><b>{one.name}</b> <Text span size="xs" c="dimmed">{one.code}</Text></Text>} /> : null}
    </Fieldset>
  )
}

/** Of imaging and procedures: where, on which side, with what. */
function Where({ form }: { form: AppForm<Values> }) {
  const t = useText()
  return (
    <Fieldset legend={t('orders.catalogue.where')}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput label={t('orders.catalogue.bodySite')} maxLength={80} {...form.fields.getInputProps('bodySite')} />
        <Select allowDeselect={false} label={t('orders.catalogue.contrast')} data={orderableContrast.options.map((value) => ({ value, label: t(`orders.contrast.${value}`) }))} {...form.fields.getInputProps('contrast')} />
      </SimpleGrid>
      <Checkbox mt="sm" label={t('orders.catalogue.hasSide')} {...form.fields.getInputProps('hasSide', { type: 'checkbox' })} />
      <Checkbox mt="sm" label={t('orders.catalogue.isIonising')} description={t('orders.catalogue.isIonisingHint')} {...form.fields.getInputProps('isIonising', { type: 'checkbox' })} />
    </Fieldset>
  )
}

/** One thing that may be ordered. */
export function OrderableForm({ orderable, kind, onDone }: { orderable?: Whole; kind?: OrderableKind | undefined; onDone: () => void }) {
  const t = useText()
  const form = useAppForm({
    initialValues: valuesOf(orderable, kind),
    submit: (values) => (orderable === undefined ? api.createOrderable({ body: { kind: values.kind, code: values.code.trim(), ...bodyOf(values, undefined) } }) : api.updateOrderable({ params: { id: orderable.id }, ifMatch: orderable.version, body: { ...bodyOf(values, orderable), isActive: values.isActive } })),
    done: () => {
      void queryClient.invalidateQueries({ queryKey: ['orders', 'orderables'] })
      onDone()
    },
  })
  const labels = { code: t('common.code'), name: t('common.name'), standardCode: t('orders.catalogue.standardCode'), serviceId: t('orders.catalogue.price') }
  const values = form.fields.values
  return (
    <Form form={form} submitLabel={t('common.save')} cancel={onDone} labels={labels}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Select allowDeselect={false} disabled={orderable !== undefined} label={t('orders.item.kind')} data={orderableKind.options.map((value) => ({ value, label: t(`orders.kind.${value}`) }))} {...form.fields.getInputProps('kind')} />
        <TextInput dir="ltr" withAsterisk disabled={orderable !== undefined} label={labels.code} maxLength={40} {...form.fields.getInputProps('code')} />
      </SimpleGrid>
      <TextInput withAsterisk label={labels.name} maxLength={200} {...form.fields.getInputProps('name')} />
      <TextInput label={t('orders.catalogue.category')} maxLength={60} {...form.fields.getInputProps('category')} />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput lang="hi" label={t('orders.catalogue.nameHi')} maxLength={200} {...form.fields.getInputProps('nameHi')} />
        <TextInput lang="ar" dir="rtl" label={t('orders.catalogue.nameAr')} maxLength={200} {...form.fields.getInputProps('nameAr')} />
        <Select clearable label={t('orders.catalogue.standard')} data={standardSystem.options.map((value) => ({ value, label: value }))} {...form.fields.getInputProps('standardSystem')} value={values.standardSystem === '' ? null : values.standardSystem} onChange={(value) => form.fields.setFieldValue('standardSystem', value ?? '')} />
        <TextInput dir="ltr" disabled={values.standardSystem === ''} label={labels.standardCode} maxLength={40} {...form.fields.getInputProps('standardCode')} error={form.fields.errors['standard.code']} />
      </SimpleGrid>
      {values.kind === 'imaging' || values.kind === 'procedure' ? <Where form={form} /> : null}
      <Textarea autosize minRows={2} label={t('orders.item.instructions')} description={t('orders.catalogue.instructionsHint')} maxLength={500} {...form.fields.getInputProps('instructions')} />
      <Price form={form} />
      {orderable === undefined ? null : <Checkbox label={t('orders.catalogue.isActive')} {...form.fields.getInputProps('isActive', { type: 'checkbox' })} />}
    </Form>
  )
}

export function EditOrderable({ id, onDone }: { id: string; onDone: () => void }) {
  return <Loaded query={useQuery(orderableQuery(id))} rows={8}>{(orderable) => <OrderableForm orderable={orderable} onDone={onDone} />}</Loaded>
}
