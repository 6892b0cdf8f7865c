import { Select, Text, Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { laboratory } from '#contract/laboratory.ts'
import { collectionPlace, missedCause } from '#contract/laboratory-collection.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat, wallTime } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { api, type Collection, collectorsQuery, touched } from '../queries.ts'

interface FormProps {
  tubes: readonly Collection[]
  onDone: () => void
}

const refresh = () => touched.forEach((queryKey) => void queryClient.invalidateQueries({ queryKey }))
const idsOf = (tubes: readonly Collection[]) => tubes.map((tube) => tube.id)
/** What all of them have, else nothing. */
const shared = (values: readonly string[]): string => (new Set(values).size === 1 ? (values[0] ?? '') : '')

/** Instants of the facility's clock to and from what a field of date and time holds. */
export function useMoment() {
  const { instant } = useFormat()
  const { facility } = useAuth()
  const zone = facility?.timeZone ?? 'UTC'
  return {
    toInstant: (local: string) => (local === '' ? undefined : instant(local.slice(0, 10), local.slice(11, 16))),
    toLocal: (iso: string | null) => {
      if (iso === null) return ''
      const { date, clock } = wallTime(iso, zone)
      return `${date}T${clock}`
    },
  }
}

interface CollectorProps {
  value: string | null
  onChange: (id: string | null) => void
  label: string
  w?: number
}

export function CollectorSelect({ value, onChange, label, w }: CollectorProps) {
  const { facilityId } = useAuth()
  const people = useQuery(collectorsQuery(facilityId))
  return <Select searchable clearable {...(w === undefined ? {} : { w })} label={label} data={(people.data?.items ?? []).map((one) => ({ value: one.id, label: [one.title, one.name].filter(Boolean).join(' ') }))} value={value} onChange={onChange} />
}

/** Where, when and by whom: of one patient or of a whole round. What the chosen do not share is left as it is unless it is filled in. */
export function PlanForm({ tubes, onDone }: FormProps) {
  const t = useText()
  const { toInstant, toLocal } = useMoment()
  const isOne = new Set(tubes.map((tube) => tube.patientId)).size === 1
  const before = { place: shared(tubes.map((tube) => tube.place)), ward: shared(tubes.map((tube) => tube.plan.ward)), bed: shared(tubes.map((tube) => tube.plan.bed)), at: toLocal(shared(tubes.map((tube) => tube.plan.at ?? '')) || null), until: toLocal(shared(tubes.map((tube) => tube.plan.until ?? '')) || null), collectorId: shared(tubes.map((tube) => tube.plan.collectorId ?? '')), address: isOne ? (tubes[0]?.plan.address ?? '') : '', phone: isOne ? (tubes[0]?.plan.phone ?? '') : '' }
  const form = useAppForm({
    initialValues: before,
    submit: ({ place, ward, bed, address, phone, at, until, collectorId }) => {
      const changed = Object.fromEntries(Object.entries({ ward, bed, address, phone }).filter(([name, value]) => Reflect.get(before, name) !== value))
      const moment = (value: string, was: string) => (value === was ? undefined : (toInstant(value) ?? null))
      const times = Object.fromEntries(Object.entries({ at: moment(at, before.at), until: moment(until, before.until) }).filter(([, value]) => value !== undefined))
      const chosen = collectionPlace.safeParse(place).data
      return api.planCollection({ body: { ids: idsOf(tubes), ...(chosen === undefined ? {} : { place: chosen }), ...changed, ...times, ...(collectorId === before.collectorId ? {} : { collectorId: collectorId === '' ? null : collectorId }) } })
    },
    done: () => {
      refresh()
      onDone()
    },
  })
  const set = form.fields.getInputProps
  const { place } = form.fields.values
  return (
    <Form form={form} submitLabel={t('common.save')} cancel={onDone}>
      <Text size="sm" c="dimmed">{t('laboratory.collection.planHint', { count: tubes.length })}</Text>
      <Select label={t('laboratory.place')} allowDeselect={false} data={collectionPlace.options.map((value) => ({ value, label: t(`laboratory.place.${value}`) }))} {...set('place')} />
      {place === 'ward' ? <><TextInput label={t('laboratory.collection.ward')} maxLength={80} {...set('ward')} />{isOne ? <TextInput label={t('laboratory.collection.bed')} maxLength={40} {...set('bed')} /> : null}</> : null}
      {place === 'home' && isOne ? <><Textarea label={t('laboratory.collection.address')} description={t('laboratory.collection.addressHint')} autosize minRows={2} maxLength={300} {...set('address')} /><TextInput label={t('laboratory.collection.phone')} maxLength={40} {...set('phone')} /></> : null}
      <TextInput type="datetime-local" label={place === 'home' ? t('laboratory.collection.from') : t('laboratory.collection.at')} {...set('at')} />
      {place === 'home' ? <TextInput type="datetime-local" label={t('laboratory.collection.until')} {...set('until')} /> : null}
      <CollectorSelect label={t('laboratory.collection.collector')} value={form.fields.values.collectorId === '' ? null : form.fields.values.collectorId} onChange={(id) => form.fields.setFieldValue('collectorId', id ?? '')} />
    </Form>
  )
}

/** Not collected, and why; at another time where one is said. */
export function MissForm({ tubes, onDone }: FormProps) {
  const t = useText()
  const { toInstant } = useMoment()
  const bodyOf = ({ cause, note, at }: { cause: string; note: string; at: string }) => ({ ids: idsOf(tubes), cause, ...(note.trim() === '' ? {} : { note }), ...(at === '' ? {} : { at: toInstant(at) }) })
  const form = useAppForm({
    initialValues: { cause: '', note: '', at: '' },
    schema: laboratory.missCollection.body,
    toBody: (values) => bodyOf(values),
    submit: (values) => api.missCollection({ body: laboratory.missCollection.body.parse(bodyOf(values)) }),
    done: () => {
      refresh()
      onDone()
    },
  })
  const set = form.fields.getInputProps
  return (
    <Form form={form} submitLabel={t('laboratory.collection.missed')} cancel={onDone}>
      <Text size="sm" c="dimmed">{t('laboratory.collection.missedHint')}</Text>
      <Select data-autofocus label={t('common.reason')} withAsterisk allowDeselect={false} data={missedCause.options.map((value) => ({ value, label: t(`laboratory.missed.${value}`) }))} {...set('cause')} />
      <TextInput label={t('common.note')} withAsterisk={form.fields.values.cause === 'other'} maxLength={300} {...set('note')} />
      <TextInput type="datetime-local" label={t('laboratory.collection.again')} {...set('at')} />
    </Form>
  )
}
