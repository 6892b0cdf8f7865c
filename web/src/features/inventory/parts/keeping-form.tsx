import { Button, Group, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { reordering } from '#contract/inventory-keeping.ts'
import { medications } from '#contract/medications.ts'
import { people } from '#contract/people.ts'
import { client } from '../../../kernel/api.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { Loaded } from '../../../ui/states.tsx'
import { api } from '../queries.ts'

const prescribing = client(medications)
const staff = client(people)
type Settings = Awaited<ReturnType<typeof api.readStockSettings>>
type Validity = Awaited<ReturnType<typeof prescribing.readPrescriptionSettings>>

function Fields({ settings, validity }: { settings: Settings; validity: Validity }) {
  const t = useText()
  const { facility, can } = useAuth()
  const colleagues = useQuery({ queryKey: ['people', 'storekeepers'], queryFn: ({ signal }) => staff.listPractitioners({ query: { limit: 200 }, signal }), staleTime: 60_000 })
  const form = useForm({ mode: 'controlled', initialValues: { nearExpiryDays: String(settings.nearExpiryDays), approvalLimit: settings.approvalLimit, storekeeperId: settings.storekeeperId ?? '', reordering: settings.reordering, validDays: String(validity.validDays) } })
  const save = useWrite(
    async () => {
      const { nearExpiryDays, approvalLimit, storekeeperId, reordering: morning, validDays } = form.values
      await api.updateStockSettings({ ifMatch: settings.version, body: { nearExpiryDays: Number(nearExpiryDays), approvalLimit, storekeeperId: storekeeperId === '' ? null : storekeeperId, reordering: morning } })
      if (Number(validDays) !== validity.validDays) await prescribing.updatePrescriptionSettings({ ifMatch: validity.version, body: { validDays: Number(validDays) } })
    },
    { invalidate: [['inventory', 'settings']], done: t('common.saved') },
  )
  const errors = problemToFields(t, save.error)
  const isReadOnly = !can('inventory.approve')
  const field = (name: 'nearExpiryDays' | 'approvalLimit' | 'validDays') => ({ ...form.getInputProps(name), error: errors[name], readOnly: isReadOnly, inputMode: 'decimal' as const })
  return (
    <form onSubmit={(event) => { event.preventDefault(); save.mutate(undefined) }}>
      <Group align="end">
        <TextInput w={200} label={t('inventory.keeping.nearExpiry')} {...field('nearExpiryDays')} />
        <TextInput w={280} label={t('inventory.keeping.limit', { currency: facility?.currency ?? 'INR' })} {...field('approvalLimit')} />
        <TextInput w={240} label={t('inventory.keeping.validDays')} {...field('validDays')} />
        <Select w={240} label={t('inventory.keeping.storekeeper')} clearable searchable disabled={isReadOnly} data={(colleagues.data?.items ?? []).map((one) => ({ value: one.id, label: [one.title, one.name].filter(Boolean).join(' ') }))} value={form.values.storekeeperId === '' ? null : form.values.storekeeperId} error={errors['storekeeperId']} onChange={(value) => form.setFieldValue('storekeeperId', value ?? '')} />
        <Select w={320} label={t('inventory.keeping.reordering')} allowDeselect={false} disabled={isReadOnly} data={reordering.options.map((value) => ({ value, label: t(`inventory.reordering.${value}`) }))} value={form.values.reordering} onChange={(value) => form.setFieldValue('reordering', reordering.catch('off').parse(value))} />
        {isReadOnly ? null : <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>{t('common.save')}</Button>}
      </Group>
    </form>
  )
}

/** The hospital's own bounds: when a lot is near its expiry, what is ordered alone, how long a prescription is good, who keeps the stores. */
export function KeepingForm() {
  const query = useQuery({ queryKey: ['inventory', 'settings'], queryFn: async ({ signal }) => ({ settings: await api.readStockSettings({ signal }), validity: await prescribing.readPrescriptionSettings({ signal }) }) })
  return <Loaded query={query}>{({ settings, validity }) => <Fields key={`${settings.version} ${validity.version}`} settings={settings} validity={validity} />}</Loaded>
}
