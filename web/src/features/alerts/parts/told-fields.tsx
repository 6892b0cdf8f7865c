import { SegmentedControl, Select, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { roleName } from '#contract/people.ts'
import { useText } from '../../../kernel/i18n.ts'
import { type AlertWhole, staffQuery } from '../queries.ts'

export interface ToldValues {
  who: 'self' | 'colleague' | 'outside'
  userId: string | null
  name: string
  role: string
  phone: string
}

/** What is sent of who was told; undefined while it is not said yet. */
export function toldBody({ who, userId, name, role, phone }: ToldValues) {
  const how = { ...(role.trim() === '' ? {} : { toldRole: role }), ...(phone.trim() === '' ? {} : { toldPhone: phone }) }
  if (who === 'self') return {}
  if (who === 'colleague') return userId === null ? undefined : { toldUserId: userId, ...how }
  return name.trim() === '' ? undefined : { toldName: name, ...how }
}

/** Whoever was told of the alert stands first, then everybody else who works here. */
function useStaff(alert: AlertWhole) {
  const t = useText()
  const staff = (useQuery(staffQuery(alert.facilityId)).data?.items ?? []).map((one) => ({ value: one.id, label: [[one.title, one.name].filter(Boolean).join(' '), one.specialty].filter(Boolean).join(' · ') }))
  const told = new Set(alert.recipients.map((one) => one.userId))
  const known = alert.recipients.map((one) => staff.find((person) => person.value === one.userId) ?? { value: one.userId, label: one.name })
  return [{ group: t('alerts.toldAlready'), items: known }, { group: t('alerts.toldElse'), items: staff.filter((one) => !told.has(one.value)) }].filter((group) => group.items.length > 0)
}

interface ToldFieldsProps {
  alert: AlertWhole
  value: ToldValues
  onChange: (value: ToldValues) => void
  /** May answer for themselves. */
  isClinician: boolean
}

const shipped = roleName.options.filter((role) => role !== 'patient' && role !== 'guest')

/** Who knows now: oneself, somebody who works here, chosen, or somebody outside, named. */
export function ToldFields({ alert, value, onChange, isClinician }: ToldFieldsProps) {
  const t = useText()
  const staff = useStaff(alert)
  const ways = [...(isClinician || !alert.needsReadBack ? (['self'] as const) : []), 'colleague', 'outside'] as const
  const set = (change: Partial<ToldValues>) => onChange({ ...value, ...change })
  return (
    <Stack gap="xs">
      <SegmentedControl fullWidth aria-label={t('alerts.told.who')} data={ways.map((way) => ({ value: way, label: t(`alerts.told.${way}`) }))} value={value.who} onChange={(who) => set({ who: ways.find((way) => way === who) ?? 'colleague', role: '' })} />
      {value.who === 'colleague' ? <Select searchable withAsterisk label={t('alerts.told.person')} data={staff} value={value.userId} onChange={(userId) => set({ userId })} /> : null}
      {value.who === 'outside' ? <TextInput withAsterisk label={t('alerts.told.name')} maxLength={120} value={value.name} onChange={(event) => set({ name: event.currentTarget.value })} /> : null}
      {value.who === 'self' ? null : (
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
          {value.who === 'outside' ? <TextInput label={t('alerts.told.role')} maxLength={60} value={value.role} onChange={(event) => set({ role: event.currentTarget.value })} /> : <Select clearable label={t('alerts.told.role')} data={shipped.map((role) => ({ value: role, label: t(`people.role.${role}`) }))} value={value.role === '' ? null : value.role} onChange={(role) => set({ role: role ?? '' })} />}
          <TextInput type="tel" dir="ltr" label={t('alerts.told.phone')} maxLength={40} value={value.phone} onChange={(event) => set({ phone: event.currentTarget.value })} />
        </SimpleGrid>
      )}
    </Stack>
  )
}

/** A role as it was recorded: of the hospital's own, or in words. */
export function useRoleName(): (role: string) => string {
  const t = useText()
  return (role) => {
    const known = roleName.safeParse(role)
    return known.success ? t(`people.role.${known.data}`) : role
  }
}
