import { useState } from 'react'
import { Button, Group, NumberInput, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { Loaded } from '../../../ui/states.tsx'
import { api, orderSettingsQuery } from '../queries.ts'

type Settings = Awaited<ReturnType<typeof api.readOrderSettings>>

function SettingsForm({ settings, onDone }: { settings: Settings; onDone: () => void }) {
  const t = useText()
  const [values, setValues] = useState({ signatureHours: settings.signatureHours, pregnancyFromYears: settings.pregnancyFromYears, pregnancyToYears: settings.pregnancyToYears })
  const save = useWrite(() => api.updateOrderSettings({ ifMatch: settings.version, body: values }), { invalidate: [['orders']], done: t('common.saved'), onDone })
  const number = (name: keyof typeof values, [min, max]: readonly [number, number]) => <NumberInput label={t(`orders.settings.${name}`)} min={min} max={max} allowDecimal={false} clampBehavior="strict" value={values[name]} onChange={(value) => setValues({ ...values, [name]: typeof value === 'number' ? value : min })} />
  return (
    <Stack>
      {number('signatureHours', [1, 720])}
      <Text size="xs" c="dimmed">{t('orders.settings.signatureHint')}</Text>
      <Group grow align="end">{number('pregnancyFromYears', [8, 20])}{number('pregnancyToYears', [40, 70])}</Group>
      <Text size="xs" c="dimmed">{t('orders.settings.pregnancyHint')}</Text>
      <Group justify="end"><Button variant="default" onClick={onDone}>{t('common.cancel')}</Button><Button loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('common.save')}</Button></Group>
    </Stack>
  )
}

/** What the hospital decides of its orders. */
export function OrderSettings({ onDone }: { onDone: () => void }) {
  return <Loaded query={useQuery(orderSettingsQuery)} rows={4}>{(settings) => <SettingsForm settings={settings} onDone={onDone} />}</Loaded>
}
