import { useState, type ReactNode } from 'react'
import { Loader } from '@mantine/core'
import { IconSearch, IconUser } from '@tabler/icons-react'
import { createSpotlight, Spotlight } from '@mantine/spotlight'
import '@mantine/spotlight/styles.css'
import { features } from '../kernel/features.ts'
import { useAuth } from '../kernel/auth.tsx'
import { useText } from '../kernel/i18n.ts'
import { useGo } from '../kernel/routing.tsx'
import { useNavigation } from './navigation.tsx'
import { PatientLine, usePatientSearch } from './patient-picker.tsx'

const [store, finder] = createSpotlight()
const limit = 8

export const openFinder = (): void => finder.open()

function useDestinations(text: string) {
  const t = useText()
  const { can } = useAuth()
  const commands = features()
    .flatMap((feature) => feature.commands)
    .filter((command) => can(command.permission))
  const wanted = text.trim().toLocaleLowerCase()
  const all = [...useNavigation(), ...commands].map((item) => ({ path: item.path, label: t(item.labelKey), Icon: item.icon }))
  return all.filter((item) => item.label.toLocaleLowerCase().includes(wanted)).slice(0, limit)
}

function Group({ label, children }: { label: string; children: ReactNode[] }) {
  return children.length === 0 ? null : <Spotlight.ActionsGroup label={label}>{children}</Spotlight.ActionsGroup>
}

/** Ctrl+K: patients, pages and actions. */
export function Finder() {
  const t = useText()
  const go = useGo()
  const { can } = useAuth()
  const [text, setText] = useState('')
  const found = usePatientSearch(can('patients.read') ? text : '')
  const destinations = useDestinations(text)
  const people = text.trim() === '' ? [] : (found.data?.items ?? [])
  return (
    <Spotlight.Root store={store} query={text} onQueryChange={setText} shortcut="mod + K" clearQueryOnClose scrollable maxHeight={480}>
      <Spotlight.Search placeholder={t('shell.findPlaceholder')} leftSection={found.isFetching ? <Loader size="xs" /> : <IconSearch size={18} />} />
      <Spotlight.ActionsList>
        <Group label={t('shell.find.patients')}>
          {people.map((patient) => (
            <Spotlight.Action key={patient.id} onClick={() => go(`/patients/${patient.id}`)}>
              <IconUser size={18} stroke={1.6} aria-hidden style={{ marginInlineEnd: 12 }} />
              <PatientLine patient={patient} />
            </Spotlight.Action>
          ))}
        </Group>
        <Group label={t('shell.find.pages')}>
          {destinations.map((item) => (
            <Spotlight.Action key={item.path + item.label} label={item.label} leftSection={<item.Icon size={18} stroke={1.6} />} onClick={() => go(item.path)} />
          ))}
        </Group>
        {people.length + destinations.length === 0 ? <Spotlight.Empty>{t(found.isFetching ? 'common.loading' : 'shell.find.nothing')}</Spotlight.Empty> : null}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  )
}
