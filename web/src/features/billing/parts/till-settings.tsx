import { useState } from 'react'
import { Button, Stack, Switch } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { MoneyInput } from '../../../ui/money.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { api, touched } from '../queries.ts'
import { tillSettingsQuery } from '../shift-queries.ts'

type Settings = Awaited<ReturnType<typeof api.readTillSettings>>

function Fields({ settings, onDone }: { settings: Settings; onDone: () => void }) {
  const t = useText()
  const { facility } = useAuth()
  const [isRequired, setRequired] = useState(settings.isShiftRequired)
  const [limit, setLimit] = useState(settings.differenceLimit)
  const save = useWrite(() => api.updateTillSettings({ params: { id: settings.facilityId }, ifMatch: settings.version, body: { isShiftRequired: isRequired, differenceLimit: limit === '' ? '0' : limit } }), { invalidate: touched, done: t('common.saved'), onDone })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate(undefined)
      }}
    >
      <Stack>
        <Switch label={t('billing.shift.required')} checked={isRequired} onChange={(event) => setRequired(event.currentTarget.checked)} />
        <MoneyInput label={t('billing.shift.limit')} currency={facility?.currency ?? 'INR'} value={limit} onChange={setLimit} />
        <Button type="submit" loading={save.isPending}>{t('common.save')}</Button>
      </Stack>
    </form>
  )
}

/** What the facility asks of its tills. */
export function TillSettings({ onDone }: { onDone: () => void }) {
  const { facilityId } = useAuth()
  const query = useQuery(tillSettingsQuery(facilityId))
  return <Loaded query={query}>{(settings) => <Fields key={settings.version} settings={settings} onDone={onDone} />}</Loaded>
}
